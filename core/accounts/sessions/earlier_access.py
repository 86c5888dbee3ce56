"""The sessions and the second factor of an account that another person may have used end with that person's access."""

from core.accounts.events import access_ended
from core.accounts.sessions.models import ConsoleSession, SecondFactor


def on_access_ended(*, user_id: int, **signal: object) -> None:
    """Receive `access_ended`. The other person's second factor would keep the owner of the mailbox out."""
    ConsoleSession.objects.filter(user_id=user_id).delete()
    SecondFactor.objects.filter(user_id=user_id).delete()


def connect_sessions() -> None:
    """Connect `on_access_ended` to its signal."""
    access_ended.connect(on_access_ended, dispatch_uid="core.accounts.sessions")
