"""The check of a stored reply's caller, before the reply is given again."""

from collections.abc import Mapping
from uuid import UUID

from core.accounts.roles import require_owner
from core.accounts.values import Caller
from core.recruiting.replays import Written, allow_replay


def check_replay(caller: Caller, path: str, values: Mapping[str, str]) -> None:
    """Raise the error that the caller would get now, where its right to the write was lost.

    A repeated `decline` is always answered: it ended the caller's access itself, and its reply shows nothing.
    """
    if path == "/mail_domains":
        require_owner(caller, "update", kind="mail domain list")
    position_id = values.get("position_id")
    if position_id is None or path.endswith("/decline"):
        return
    allow_replay(caller, UUID(position_id), written=_find_written(path))


def _find_written(path: str) -> Written:
    if "/candidates" in path:
        return "candidate"
    return "membership" if path.endswith("/accept") else "position"
