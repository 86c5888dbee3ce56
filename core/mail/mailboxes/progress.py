"""Keeps how far a mailbox is fetched, and what came of it: the only place that writes what a fetch changes."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final

from django.db import connection

from core.mail.counting import IntakeCount
from core.mail.mailboxes.failed_mails import add_failed
from core.mail.mailboxes.found import read_found, write_found
from core.mail.models import UserMailbox
from core.sql import Parameters

# A mailbox that is paused, refused or removed, or that another run has moved, is not written.
_OURS: Final = """
    id = %(id)s AND cursor IS NOT DISTINCT FROM %(before)s AND next_sync_at IS NOT NULL
"""
_MOVED: Final = """
    cursor = %(cursor)s, found = %(found)s::jsonb, failed_mails = %(failed_mails)s::jsonb,
    settings = settings || jsonb_build_object('sources', %(sources)s::jsonb)
"""
_MOVE: Final = f"UPDATE mail_mailbox SET {_MOVED} WHERE {_OURS}"  # noqa: S608 - constants
_NOT_BEFORE: Final = "clock_timestamp() + make_interval(secs => %(asked)s::double precision)"
# Its user may have asked for another fetch after this one began, which the server's own wish puts off.
_UNTIL: Final = f"""
    not_before = {_NOT_BEFORE},
    next_sync_at = greatest({_NOT_BEFORE},
        CASE WHEN next_sync_at > %(began)s THEN next_sync_at
             ELSE clock_timestamp() + make_interval(secs => %(pause)s) END)
"""
_LEAVE: Final = f"UPDATE mail_mailbox SET {_MOVED}, {_UNTIL} WHERE {_OURS}"  # noqa: S608 - constants
_FINISH: Final = f"""
    UPDATE mail_mailbox SET {_MOVED}, {_UNTIL}, synced_at = clock_timestamp(),
           attempts = 0, failure = '', failed_at = NULL
     WHERE {_OURS}"""  # noqa: S608 - constants
_FAIL: Final = f"""
    UPDATE mail_mailbox SET {_MOVED}, {_UNTIL}, attempts = %(attempts)s,
           failure = %(failure)s, failed_at = clock_timestamp()
     WHERE {_OURS}"""  # noqa: S608 - constants
# What is refused is the log-in that this run used: its user may have connected the mailbox again meanwhile.
_REFUSE: Final = f"""
    UPDATE mail_mailbox SET {_MOVED}, next_sync_at = NULL, refused_at = clock_timestamp(),
           failure = %(failure)s, failed_at = clock_timestamp()
     WHERE {_OURS} AND credentials IS NOT DISTINCT FROM %(credentials)s"""  # noqa: S608 - constants


class Overtaken(Exception):
    """The mailbox was paused, refused or removed, or another run has moved its cursor: this run has to end."""


class Progress:
    """What one run adds to a mailbox. `began`: when, by the database's clock.

    `sources`: by the name of each mail source that is on, the digest of what it looks for. Where the run before looked
    for less, the cursor stands behind mail of that source: the run fetches from the start. A cursor behind mails that
    are not stored must never be given to `reach`.
    """

    def __init__(self, row: UserMailbox, *, began: datetime, sources: Mapping[str, str]) -> None:
        self.row = row
        self._began = began
        self._stored_cursor: str | None = row.cursor
        self.cursor: str | None = row.cursor
        self.has_moved = False
        self._found = read_found(row.found)
        self._failed_mails: list[dict[str, str]] = list(row.failed_mails)
        self._sources = dict(sources)
        if row.cursor is not None and not _have_been_asked(row.settings.get("sources"), sources):
            self.restart()

    def reach(
        self,
        cursor: str,
        count: IntakeCount,
        failed: Sequence[tuple[str, str]],
        *,
        brought: Collection[str] = (),
    ) -> None:
        """Note a cursor, and what came of the mails before it: pairs of key and reason of those that failed.

        `brought`: the keys of those that came with their bytes, which may have failed before.
        """
        self.has_moved = self.has_moved or cursor != self.cursor
        self.cursor = cursor
        before = len(self._failed_mails)
        settled = {*brought, *(key for key, _ in failed)}
        self._failed_mails = [one for one in self._failed_mails if one["id"] not in settled]
        self._found = self._found.add(count).without_failed(before - len(self._failed_mails))
        self._failed_mails = add_failed(self._failed_mails, failed)

    def see_sources(self, sources: Mapping[str, str]) -> None:
        """Note which sources are on now: one that was switched off in the middle has not seen all mail of this run."""
        self._sources = dict(self._sources.items() & sources.items())

    def restart(self) -> None:
        """Fetch from the start: mail that is known is stored once all the same."""
        self.cursor = None
        self.has_moved = True

    def store(self) -> None:
        """Write what was noted, in the caller's transaction; raise `Overtaken`."""
        self._write(_MOVE)

    def committed(self) -> None:
        """Note that the transaction of `store` was committed."""
        self._stored_cursor = self.cursor

    def finish(self, *, pause: float) -> None:
        """Write that the mailbox was read to its end; it is due again after `pause` seconds."""
        self._write(_FINISH, pause=pause, asked=None)

    def leave(self, *, asked: float | None = None) -> None:
        """Write what was noted; the rest of the mailbox is due at once, or after what its server asked for."""
        self._write(_LEAVE, pause=0.0, asked=asked)

    def fail(
        self, failure: str, *, attempts: int, pause: float, asked: float | None = None
    ) -> None:
        """Write why the mailbox can't be read now; it is due again after `pause` seconds.

        `asked`: for how long its server asked to be left alone, whatever its user wants.
        """
        self._write(_FAIL, failure=failure, attempts=attempts, pause=pause, asked=asked)

    def refuse(self, failure: str) -> None:
        """Write that its log-in is refused, which ends its schedule; raise `Overtaken` where it has another by now."""
        self._write(_REFUSE, failure=failure, credentials=self.row.credentials)

    def _write(self, statement: str, **more: object) -> None:
        values: Parameters = {
            "id": self.row.id,
            "before": self._stored_cursor,
            "cursor": self.cursor,
            "began": self._began,
            "found": json.dumps(write_found(self._found)),
            "failed_mails": json.dumps(self._failed_mails),
            "sources": json.dumps(self._sources),
            **more,
        }
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            if cursor.rowcount != 1:
                raise Overtaken


def _have_been_asked(
    stored: Mapping[str, str] | Sequence[str] | None, sources: Mapping[str, str]
) -> bool:
    """Tell whether a run that wrote `stored` looked for all that the sources look for now.

    Rows of an earlier release hold the names of the sources alone, or nothing.
    """
    if isinstance(stored, Mapping):
        return sources.items() <= stored.items()
    return stored is None or sources.keys() <= set(stored)
