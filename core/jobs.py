"""The one door to work in the background.

    @task("logins.send_confirmation")
    def send_confirmation(*, user_id: int) -> None: ...

    enqueue(send_confirmation, key=str(user.id), user_id=user.id)

A job belongs to the tenant that is active when it is enqueued, is part of the caller's transaction, and runs after its
commit. It may be cut off and run again: by default it has a transaction of its own, committed together with the mark
that it is done, so that what it does to the database happens once. Arguments are readable to operators: identifiers
only, never secrets or mail.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol
from uuid import UUID

Argument = str | int | bool | None
_ARGUMENT_LENGTH: Final = 300


@dataclass(frozen=True, slots=True)
class Task:
    """Something that can be done in the background.

    `run` may return a few words on what came of it, for the job's record. `attempts`: how often it is tried in all.
    `in_transaction`: one round the whole job; False for long ones, which then must bear being cut off and run again.
    """

    name: str
    run: Callable[..., str | None]
    attempts: int
    in_transaction: bool


class GiveUp(Exception):
    """The job can't be done, now or later. `reason`: a few words for its record, no secrets."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Queue(Protocol):
    """What keeps jobs until a worker takes them."""

    def put(self, task: Task, *, key: str, arguments: Mapping[str, Argument]) -> bool:
        """Keep a job for the active tenant; return False where one of this task and key waits already."""


TASKS: Final[dict[str, Task]] = {}
_queue: Queue | None = None


def task(
    name: str, *, attempts: int = 8, in_transaction: bool = True
) -> Callable[[Callable[..., str | None]], Task]:
    """Declare a task. `name` is kept in the queue: changing it orphans the jobs that wait."""

    def declare(run: Callable[..., str | None]) -> Task:
        if name in TASKS:
            raise ValueError(f"There is another task called {name}")
        TASKS[name] = Task(name, run, attempts, in_transaction)
        return TASKS[name]

    return declare


def enqueue(task: Task, *, key: str, **arguments: Argument | UUID) -> bool:
    """Have `task` done soon; return False where one waits under the same key already: that one will do."""
    if _queue is None:
        raise RuntimeError("Nobody has said where jobs go: call use_queue at the start.")
    return _queue.put(
        task, key=key, arguments={name: _plain(value) for name, value in arguments.items()}
    )


def use_queue(queue: Queue) -> None:
    """Fill the port; once, at the start."""
    global _queue
    _queue = queue


def _plain(value: Argument | UUID) -> Argument:
    if isinstance(value, UUID):
        return str(value)
    if not isinstance(value, str | int | bool | None) or (
        isinstance(value, str) and len(value) > _ARGUMENT_LENGTH
    ):
        raise TypeError("Jobs are given identifiers, not contents")
    return value
