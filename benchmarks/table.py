"""The table that a run prints and that `docs/benchmarks.md` keeps."""

import os
import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
_INTRODUCTION = """\
# Benchmarks

Made by `make bench` on {cpu}, {cores} cores, {day}. Each server has two workers of four threads;
the load has eight connections. The servers take turns, and each figure is the median over the
rounds of that round's ratio (in brackets: smallest and largest).

* **(a)** is the same route as the documentation of django-tenants, Django and django-ninja shows it
  (`benchmarks/plain/`).
* **(b)** is the raw limit: a bare WSGI function with one prepared query that checks the credential
  and builds the answer (`benchmarks/raw.py`); the query is the product's.

Mail is read on one core, in this process, without a database.

The pages of the consoles are opened one after the other, by one browser. Of the 1,000 tenants one
has a schema, and all have counters of 90 days.

Rate limit, idempotency and request ids of the product are enabled. A credential that was checked
within the last 3 s is not looked up again; that is part of the product and of its figures.

| work | product | at least | measured | reached |
|---|---|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One benchmark: the product's figure, the target, the measured ratio."""

    work: str
    product: str
    wanted: str
    measured: str
    reached: bool

    def line(self) -> str:
        """Return the row as Markdown."""
        reached = "yes" if self.reached else "**no**"
        return f"| {self.work} | {self.product} | {self.wanted} | {self.measured} | {reached} |"


def page(rows: list[Row]) -> str:
    """Return the whole page."""
    day = datetime.now(UTC).date().isoformat()
    head = _INTRODUCTION.format(cpu=cpu_name(), cores=_cores(), day=day)
    return head + "\n".join(row.line() for row in rows) + "\n"


def cpu_name() -> str:
    """Return the name of this machine's processor."""
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def _cores() -> int:
    return len(os.sched_getaffinity(0))
