"""What the commands for plugin authors print."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from providers.authoring.checking import Check, check_plugin

Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]


def describe_package(path: Path) -> str:
    """Return what was made, and what its author does next."""
    return f"{path} is written. Next: pip install -e '{path}[test]'; python -m pytest {path}"


def check_facts(target: str, checks: Sequence[Check]) -> dict[str, Json]:
    """Return the outcome for programs."""
    return {
        "plugin": target,
        "ok": not any(check.error for check in checks),
        "checks": [
            {
                "source": check.source,
                "check": check.name,
                "ok": check.error is None,
                "error": check.error,
                "seconds": round(check.seconds, 2),
            }
            for check in checks
        ],
    }


def tell_checks(
    target: str,
    *,
    write: Callable[[str], object],
    shipped: Sequence[str] = (),
    golden: Path | None = None,
    quick: bool = False,
) -> list[Check]:
    """Check a plugin as `check_plugin` does; write a line for each check while it runs, and return the outcomes."""
    checks = []
    for check in check_plugin(
        target,
        shipped=shipped,
        golden=golden,
        quick=quick,
        begin=lambda title: write(f"{title} ... "),
    ):
        write(describe_check(check) + "\n")
        checks.append(check)
    return checks


def describe_check(check: Check) -> str:
    """Return the outcome as the end of the line that names the check, and what was wrong below it."""
    outcome = "ok" if check.error is None else "FAILED"
    faults = (f"    {line}" for line in (check.error or "").splitlines())
    return "\n".join((f"{outcome} ({check.seconds:.1f} s)", *faults))


def describe_outcome(checks: Sequence[Check]) -> str:
    """Return the last line."""
    failed = sum(check.error is not None for check in checks)
    seconds = sum(check.seconds for check in checks)
    said = f"{failed} of {len(checks)} checks failed" if failed else f"{len(checks)} checks passed"
    return f"{said}, in {seconds:.0f} s."
