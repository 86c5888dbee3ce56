"""What a check of a plugin prints, while it runs."""

from __future__ import annotations

import re
from types import MethodType

import pytest

from config.wiring import SHIPPED_PLUGINS
from providers.authoring import checking
from providers.authoring.describing import describe_outcome, tell_checks


def test_a_check_is_named_before_it_runs_and_its_outcome_is_told_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    two = ("test_is_a_mail_source_with_a_usable_name", "test_claims_only_senders_of_its_own")
    monkeypatch.setattr(checking, "CHECKS", two)
    written: list[str] = []
    run = checking._run

    def run_and_look(*given: object) -> str | None:
        assert written[-1].endswith(" ... ")
        return run(*given) if "claims" in written[-1] else "one fault\nand another"  # type: ignore[arg-type]

    monkeypatch.setattr(checking, "_run", run_and_look)
    checks = tell_checks("hired", write=written.append, shipped=SHIPPED_PLUGINS)
    assert re.sub(r"\d+\.\d s", "0.1 s", "".join(written)) == (
        "hired: is a mail source with a usable name ... FAILED (0.1 s)\n"
        "    one fault\n"
        "    and another\n"
        "hired: claims only senders of its own ... ok (0.1 s)\n"
    )
    assert describe_outcome(checks).startswith("1 of 2 checks failed, in ")
    assert describe_outcome(checks[1:]).startswith("1 checks passed")


@pytest.mark.parametrize(("quick", "mutations"), [(False, 5_000), (True, 120)])
def test_a_quick_check_breaks_as_little_mail_as_a_test(
    monkeypatch: pytest.MonkeyPatch, quick: bool, mutations: int
) -> None:
    monkeypatch.setattr(checking, "CHECKS", ("test_is_a_mail_source_with_a_usable_name",))
    held: list[int] = []

    def look(check: MethodType, name: str) -> None:
        held.append(check.__self__.mutations)

    monkeypatch.setattr(checking, "_run", look)
    tell_checks("hired", write=held.append, shipped=SHIPPED_PLUGINS, quick=quick)
    assert mutations in held
