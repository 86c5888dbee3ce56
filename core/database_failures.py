"""Which failures of the database pass without a change of the request, so that it makes sense to send it again."""

from typing import Final

from django.db import InterfaceError, OperationalError

# SQLSTATE: classes, and single states, of PostgreSQL's "Error Codes".
_PASSING_STATES: Final = (
    "08",  # the server can't be reached
    "53",  # it has no resources left
    "57P",  # it is shutting down, or has ended the session
    "57014",  # the statement was cancelled: statement_timeout
    "55P03",  # another transaction held the lock for too long: lock_timeout
    "25P03",  # the session was ended: idle_in_transaction_session_timeout
    "25P04",  # the same: transaction_timeout
    "40001",  # other transactions changed what this one had read: serialization_failure
    "40P01",  # transactions waited for each other, and the server ended this one: deadlock_detected
)


def is_passing_failure(error: Exception) -> bool:
    """Return whether `error`, an exception of Django's database layer, is such a failure.

    An error without a state comes from the client's library: the connection is lost.
    """
    state = getattr(error.__cause__, "sqlstate", None)
    if state is None:
        return isinstance(error, OperationalError | InterfaceError)
    return bool(state.startswith(_PASSING_STATES))
