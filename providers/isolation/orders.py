"""What the process that has loaded the plugins is asked to do."""

from enum import Enum


class Order(Enum):
    """An order to `providers.isolation.loader`; all but `FORK` name a process that it has forked."""

    # A process that reads what comes over the descriptor that follows. The answer is its id.
    FORK = "fork"
    # The answer is None as long as it runs, then its exit status, or minus the number of the signal that ended it.
    STATUS = "status"
    # Kill it unless it has ended. The answer is its status; it is forgotten.
    END = "end"
