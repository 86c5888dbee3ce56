"""What came of a mailbox's mail, in numbers."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace

from core.mail.counting import IntakeCount


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """`messages`: all that were fetched. `mails`: those that were stored. `applications`: that mail started.

    `updates`: what mail said of applications that were there. `failed`: mails that can't be fetched or read.
    """

    messages: int = 0
    mails: int = 0
    applications: int = 0
    updates: int = 0
    failed: int = 0

    def add(self, count: IntakeCount) -> "Found":
        """Return the numbers with what came of some more mails."""
        return Found(
            messages=self.messages + count.messages,
            mails=self.mails + count.total("mails"),
            applications=self.applications + count.total("applications"),
            updates=self.updates + count.total("updates"),
            failed=self.failed + count.all_failed,
        )

    def with_effects(self, *, applications: int, updates: int, failed: int) -> "Found":
        """Return the numbers with what came of mails that were counted when they were stored."""
        return replace(
            self,
            applications=self.applications + applications,
            updates=self.updates + updates,
            failed=self.failed + failed,
        )

    def without_failed(self, mails: int) -> "Found":
        """Return the numbers without so many mails that had failed, and were counted once more now."""
        return replace(
            self, messages=max(self.messages - mails, 0), failed=max(self.failed - mails, 0)
        )


def read_found(stored: Mapping[str, int]) -> Found:
    """Return the stored numbers; what an earlier release didn't count is 0."""
    return Found(**{field.name: stored.get(field.name, 0) for field in fields(Found)})


def write_found(found: Found) -> dict[str, int]:
    """Return what is stored of the numbers."""
    return asdict(found)
