"""Django's sessions for operators, in a table that says whose a session is, since when, and where from."""

from datetime import timedelta
from hashlib import sha256
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.db import IntegrityError, transaction
from django.utils import timezone

from tenants.operators.models import OperatorSession

# A session is written again when it was last seen that long ago: reading a page then rarely writes.
_SEEN_EVERY: Final = timedelta(minutes=5)
ADDRESS: Final = "address"
AGENT: Final = "agent"
# Whether the session was started with a second factor.
SECOND_FACTOR: Final = "second_factor"


class SessionStore(SessionBase):
    """A session. It ends `SESSION_COOKIE_AGE` after its last request, give or take five minutes."""

    def load(self) -> dict[str, Any]:  # Any: as in Django
        """Return what the session holds, and note that it was seen."""
        now = timezone.now()
        found = OperatorSession.objects.filter(key_hash=_hash(self.session_key), expires_at__gt=now)
        row = found.first()
        if row is None:
            # The key is not kept: a visitor could have chosen it.
            self._session_key = None
            return {}
        if row.seen_at < now - _SEEN_EVERY:
            found.update(seen_at=now, expires_at=now + _life())
        return self.decode(row.content)

    def exists(self, session_key: str) -> bool:
        """Return whether there is a session with that key."""
        return OperatorSession.objects.filter(key_hash=_hash(session_key)).exists()

    def create(self) -> None:
        """Store the session under a new key."""
        while True:
            self._session_key = self._get_new_session_key()  # type: ignore[attr-defined]  # not in the stubs
            try:
                self.save(must_create=True)
            except CreateError:
                continue
            self.modified = True
            return

    def save(self, must_create: bool = False) -> None:
        """Store the session; raise `UpdateError` where it was ended meanwhile."""
        if self.session_key is None:
            self.create()
            return
        held = self._get_session(no_load=must_create)  # type: ignore[attr-defined]  # as above
        now = timezone.now()
        columns = {
            "operator_id": held.get(SESSION_KEY),
            "content": self.encode(held),
            "address": str(held.get(ADDRESS, ""))[:45],
            "agent": str(held.get(AGENT, ""))[:200],
            "seen_at": now,
            "expires_at": now + _life(),
        }
        key_hash = _hash(self.session_key)
        if not must_create:
            if not OperatorSession.objects.filter(key_hash=key_hash).update(**columns):
                raise UpdateError
            return
        try:
            with transaction.atomic():
                OperatorSession(key_hash=key_hash, **columns).save(force_insert=True)
        except IntegrityError as error:
            raise CreateError from error

    def delete(self, session_key: str | None = None) -> None:
        """End the session."""
        key = session_key or self.session_key
        if key is not None:
            OperatorSession.objects.filter(key_hash=_hash(key)).delete()

    @property
    def key_hash(self) -> bytes:
        """What the table has of the session's key."""
        return _hash(self.session_key)


def _life() -> timedelta:
    return timedelta(seconds=settings.SESSION_COOKIE_AGE)


def _hash(session_key: str | None) -> bytes:
    return sha256((session_key or "").encode()).digest()
