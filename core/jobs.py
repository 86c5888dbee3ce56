"""The port to the job queue.

    @task("logins.send_confirmation")
    def send_confirmation(*, user_id: int) -> None: ...

    enqueue(send_confirmation, key=str(user.id), user_id=user.id)

A job belongs to the tenant that is active when it is enqueued. It is enqueued in the caller's transaction and runs
after the commit. A job may be interrupted and run again: by default it runs in a transaction that also marks it as
done, so that its changes to the database are made once. Operators can read arguments: pass identifiers, never secrets
or mail.

    @every(timedelta(hours=1))
    @task("idempotency.sweep", in_transaction=False)
    def sweep_replies() -> str: ...

Workers enqueue periodic work themselves: once per interval, however many workers there are, one job for each tenant.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal, Protocol
from uuid import UUID

Argument = str | int | bool | None
_ARGUMENT_LENGTH: Final = 300


@dataclass(frozen=True, slots=True)
class Task:
    """A function that workers can run.

    `run` may return a short result for the job's record. `attempts`: the maximum number of runs. `in_transaction`:
    whether one transaction encloses the whole run; False for long jobs, which must then tolerate being run again.
    `while_suspended`: whether it runs for a tenant that an operator has suspended; a job that doesn't is done at once.
    """

    name: str
    run: Callable[..., str | None]
    attempts: int
    in_transaction: bool
    while_suspended: bool = True


# Where periodic work runs: in each tenant's scope, or once in the schema that all tenants share.
Place = Literal["each tenant", "installation"]


@dataclass(frozen=True, slots=True)
class PeriodicTask:
    """A task without arguments that runs once per `interval` at each `place`."""

    task: Task
    interval: timedelta
    place: Place


class GiveUp(Exception):
    """The job can never succeed: don't retry it. `reason`: a short text for its record, without secrets."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Queue(Protocol):
    """Stores jobs until a worker runs them."""

    def put(self, task: Task, *, key: str, arguments: Mapping[str, Argument]) -> bool:
        """Store a job for the active tenant; return False where one of this task and key is waiting already."""

    def put_all(self, task: Task, jobs: Mapping[str, Mapping[str, Argument]]) -> int:
        """Store jobs by their keys, behind those of a higher priority; return how many, as `enqueue_all` says."""

    def has_to_stop(self) -> bool:
        """Tell whether the active tenant was suspended, or is to be deleted, within seconds after it happened."""


TASKS: Final[dict[str, Task]] = {}
PERIODIC: Final[dict[str, PeriodicTask]] = {}
_queue: Queue | None = None


def task(
    name: str,
    *,
    attempts: int = 8,
    in_transaction: bool = True,
    while_suspended: bool = True,
) -> Callable[[Callable[..., str | None]], Task]:
    """Declare a task. `name` is stored with each job: renaming a task orphans its waiting jobs."""

    def declare(run: Callable[..., str | None]) -> Task:
        if name in TASKS:
            raise ValueError(f"There is another task called {name}")
        TASKS[name] = Task(name, run, attempts, in_transaction, while_suspended)
        return TASKS[name]

    return declare


def every(interval: timedelta, *, place: Place = "each tenant") -> Callable[[Task], Task]:
    """Have workers run a task once per `interval`. A run that fails is retried like any job.

    A run should be short and leave the rest to the next one: it holds one of the worker's threads.
    """

    def declare(task: Task) -> Task:
        PERIODIC[task.name] = PeriodicTask(task, interval, place)
        return task

    return declare


def enqueue(task: Task, *, key: str, **arguments: Argument | UUID) -> bool:
    """Enqueue a job of `task`; return False where one with the same key is waiting already, which then suffices.

    Raises `TypeError` for arguments that are no identifiers (a string has at most 300 characters).
    """
    if _queue is None:
        raise RuntimeError("No queue is configured: call use_queue at start-up.")
    return _queue.put(
        task, key=key, arguments={name: _check_argument(value) for name, value in arguments.items()}
    )


def enqueue_all(task: Task, jobs: Mapping[str, Mapping[str, Argument]]) -> int:
    """Enqueue jobs of `task` for which no person waits: their arguments by their keys. Return how many were enqueued.

    They come after the tenant's other jobs. Those whose key waits already are left out, and so are the last ones beyond
    the tenant's quota of waiting jobs: their caller comes back later.
    """
    if _queue is None:
        raise RuntimeError("No queue is configured: call use_queue at start-up.")
    checked = {
        key: {name: _check_argument(value) for name, value in arguments.items()}
        for key, arguments in jobs.items()
    }
    return _queue.put_all(task, checked)


def has_to_stop() -> bool:
    """Tell whether a job should leave its rest: its tenant was suspended, or is to be deleted, since it began.

    For long jobs that don't run `while_suspended`.
    """
    if _queue is None:
        raise RuntimeError("No queue is configured: call use_queue at start-up.")
    return _queue.has_to_stop()


def use_queue(queue: Queue) -> None:
    """Set the queue; call it once, at start-up."""
    global _queue
    _queue = queue


def _check_argument(value: Argument | UUID) -> Argument:
    if isinstance(value, UUID):
        return str(value)
    if not isinstance(value, str | int | bool | None) or (
        isinstance(value, str) and len(value) > _ARGUMENT_LENGTH
    ):
        raise TypeError("Arguments of jobs must be identifiers, not contents")
    return value
