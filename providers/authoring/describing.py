"""What the commands for plugin authors print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from providers.authoring.checking import Check

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


def describe(checks: Sequence[Check]) -> str:
    """Return a line for each check, and what was wrong below it."""
    lines = []
    for check in checks:
        mark = "ok    " if check.error is None else "FAILED"
        lines.append(f"{mark}  {check.seconds:6.2f} s  {check.source}: {check.name}")
        lines += [f"        {line}" for line in (check.error or "").splitlines()]
    return "\n".join(lines)
