"""Fetches one mailbox: reads piece after piece, and stores each together with the cursor behind it."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterable
from contextlib import closing
from datetime import datetime, timedelta
from typing import Final, Literal

from django.db import transaction
from django.utils import timezone

from core.accounts.addresses import list_written_forms
from core.dns import dns_text
from core.errors import NotFound
from core.jobs import has_to_stop
from core.mail.counting import IntakeCount
from core.mail.intake import Batch, store_batch
from core.mail.mailboxes.failed_mails import find_fault
from core.mail.mailboxes.failures import FULL, SWITCHED_OFF, failure_of
from core.mail.mailboxes.grants import RefreshRefused, refresh_grant, stored_grant_of
from core.mail.mailboxes.opening import Opened, open_mailbox, provider_of
from core.mail.mailboxes.pauses import INTERVAL, add_jitter, back_off, read_asked_pause
from core.mail.mailboxes.progress import Overtaken, Progress
from core.mail.mailboxes.refusal import tell_of_refusal
from core.mail.models import UserMailbox
from core.mail.origins import IncomingMail, MailOrigin
from core.mail.storing import MailFull
from core.plugins import plugins
from providers.contracts import (
    CredentialsRefused,
    CursorExpired,
    Fetched,
    FetchedMail,
    Grant,
    ProviderBroken,
    ProviderError,
    ProviderMisconfigured,
    ProviderUnavailable,
)
from providers.mime.origin import Origin
from providers.mime.trust import Receiver

# `done`: to its end. `left`: time is up, and the rest is for the next job. `failed`: with a reason, for a while.
# `refused`: for good. `overtaken`: it is no longer there, or no longer to be fetched.
Outcome = Literal["done", "left", "failed", "refused", "overtaken"]
# What a server asks for longer than that is a failure, which is shown.
_LONGEST_PAUSE_IN_TURN: Final = 120.0


class MailboxFetch:
    """One run over one mailbox. `ends_at`: by the monotonic clock, when the run should leave the rest.

    `pause`: seconds for which the server is not to be asked for what was left.
    """

    def __init__(self, row: UserMailbox, *, email: str, began: datetime, ends_at: float) -> None:
        self._row = row
        self._own_addresses = [*list_written_forms(email), row.address.lower()]
        sources = plugins().registry().digests_of_claims
        self._progress = Progress(row, began=began, sources=sources)
        self._ends_at = ends_at
        self._grant: Grant | None = None
        self._was_refreshed = self._was_restarted = False
        self.mails = 0
        self.pause = 0.0

    def run(self) -> Outcome:
        """Fetch until the mailbox's end, the end of the time, or an error; write which of them it was."""
        try:
            return self._run()
        except (Overtaken, NotFound):
            # Paused, removed or moved by another run; or its user was.
            return "overtaken"

    def _run(self) -> Outcome:
        while True:
            try:
                return self._fetch()
            except CursorExpired as error:
                if self._was_restarted:
                    return self._fail(error)
                self._was_restarted = True
                self._progress.restart()
            except CredentialsRefused as error:
                outcome = self._answer_refusal(error)
                if outcome is not None:
                    return outcome
            except ProviderError as error:
                return self._fail(error)
            except MailFull:
                return self._fail_full()

    def _fetch(self) -> Outcome:
        opened = open_mailbox(self._row, deadline=self._deadline(), grant=self._grant)
        self._grant = opened.context.grant
        with closing(_guarded(opened, self._progress.cursor)) as pieces:
            for piece in pieces:
                self._take(piece, opened)
                if piece.mails and (self._is_late() or has_to_stop()):
                    self._progress.leave()
                    return "left"
        self._progress.finish(pause=add_jitter(INTERVAL))
        return "done"

    def _take(self, piece: Fetched, opened: Opened) -> None:
        registry = plugins().registry()
        self._progress.see_sources(registry.digests_of_claims)
        batch, failed = Batch(), list[tuple[str, str]]()
        brought = {mail.key for mail in piece.mails if mail.raw}
        for mail in piece.mails:
            read = batch.read(self._row.user_id, self._incoming(mail, piece), registry)
            if reason := find_fault(read):
                failed.append((mail.key, reason))
        if not batch.readings:
            # Nothing to store: what was reached is written with the next mail, or at the end.
            self._progress.reach(piece.cursor, batch.count, failed, brought=brought)
            return

        def move_cursor(count: IntakeCount) -> None:
            self._progress.reach(piece.cursor, count, failed, brought=brought)
            self._progress.store()

        self.mails += store_batch(self._row.user_id, batch, then=move_cursor).total("mails")
        self._progress.committed()

    def _incoming(self, mail: FetchedMail, piece: Fetched) -> IncomingMail:
        origin = Origin(
            key=mail.key,
            thread_id=mail.thread_id,
            received_at=mail.received_at,
            folder=mail.folder,
            receiver=Receiver(server=piece.authserv_id),
            own_addresses=self._own_addresses,
            dns=dns_text(),
        )
        brought_by = MailOrigin(
            mailbox=self._row.plugin,
            mailbox_id=self._row.id,
            reading=origin,
            proof_needed=True,
        )
        return IncomingMail(mail.raw, brought_by, mail.reason or None)

    def _answer_refusal(self, error: CredentialsRefused) -> Outcome | None:
        """Refresh the grant once, and return None to go on; else end the schedule of the mailbox."""
        provider = provider_of(self._row)
        stored = stored_grant_of(self._row, provider) if provider else None
        if stored is not None and provider and self._grant is not None and not self._was_refreshed:
            self._was_refreshed = True
            newer = stored.read()
            try:
                if newer is None or newer.access_token == self._grant.access_token:
                    newer = refresh_grant(stored, provider)
            except CredentialsRefused as refused:
                error = refused if error.reason != "missing-scope" else error
            except ProviderError as unavailable:
                return self._fail(unavailable)
            else:
                self._grant = newer
                return None
        used = error.grant if isinstance(error, RefreshRefused) else self._grant
        with transaction.atomic():
            if stored is not None and not stored.is_dead(used):
                # The user has sent a new token meanwhile.
                return self._fail(error)
            self._progress.refuse(failure_of(error))
            tell_of_refusal(self._row)
        return "refused"

    def _fail(self, error: ProviderError) -> Outcome:
        asked = read_asked_pause(error)
        if asked is not None and self._has_only_run_out_of_time(error, asked):
            self.pause = asked
            self._progress.leave(asked=asked)
            return "left"
        # What came before counts: only fetches that bring nothing are failures in a row.
        attempts = 1 if self._progress.has_moved else min(self._row.attempts + 1, 100)
        seconds = back_off(attempts, asked_for=asked or 0.0)
        if failure_of(error) == SWITCHED_OFF:
            attempts, seconds = self._row.attempts, add_jitter(INTERVAL)
        self._progress.fail(failure_of(error), attempts=attempts, pause=seconds, asked=asked)
        return "failed"

    def _fail_full(self) -> Outcome:
        """Keep the cursor before the piece that found no room: it comes once there is some."""
        attempts = min(self._row.attempts + 1, 100)
        self._progress.fail(FULL, attempts=attempts, pause=back_off(attempts))
        return "failed"

    def _has_only_run_out_of_time(self, error: ProviderError, pause: float) -> bool:
        names_pause = isinstance(error, ProviderUnavailable) and error.retry_after is not None
        if not names_pause or pause > _LONGEST_PAUSE_IN_TURN or not self._progress.has_moved:
            return False
        return time.monotonic() + pause >= self._ends_at

    def _is_late(self) -> bool:
        return time.monotonic() >= self._ends_at

    def _deadline(self) -> datetime:
        return timezone.now() + timedelta(seconds=max(0.0, self._ends_at - time.monotonic()))


def _guarded(opened: Opened, cursor: str | None) -> Generator[Fetched, None, None]:
    """Yield what the plugin brings; whatever else it raises or yields becomes `ProviderBroken`."""
    name = opened.mailbox.name
    fault = ""
    try:
        pieces: Iterable[object] = opened.mailbox.fetch(cursor, opened.context)
        for piece in pieces:
            if not isinstance(piece, Fetched):
                fault = "yields something else"
                break
            if plugins().registry().mailbox(name) is None:
                raise ProviderMisconfigured(name, SWITCHED_OFF)
            yield piece
    except ProviderError:
        raise
    except Exception as error:  # noqa: BLE001 - a third-party plugin may raise anything
        fault = type(error).__name__
    # Raised outside the `except`, without a context: the text of the plugin's exception may hold a secret.
    if fault:
        raise ProviderBroken(name, fault=fault)
