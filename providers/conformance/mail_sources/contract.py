"""The contract tests of a mail source."""

from __future__ import annotations

import contextlib
import io
import time
import warnings
from dataclasses import replace
from datetime import UTC, datetime
from typing import ClassVar

import time_machine

from providers.claims import claimed_by, find_faults
from providers.conformance.auth import capture_logs
from providers.conformance.mail_sources.child import Report, run_in_child
from providers.conformance.mail_sources.environment import (
    list_holders_of_environment,
    local_zone,
)
from providers.conformance.mail_sources.exchange import says_other_names
from providers.conformance.mail_sources.golden import GoldenMail, facts_of, shipped_golden
from providers.conformance.mail_sources.growth import list_phrases, measure_growth
from providers.conformance.mail_sources.guard import no_input_or_output
from providers.conformance.mail_sources.mutations import mutate
from providers.conformance.mail_sources.negatives import negatives_for
from providers.conformance.mail_sources.own_phrases import list_own_phrases
from providers.conformance.mail_sources.source_reading import SourceReading
from providers.conformance.mail_sources.traces import find_changes, note_state
from providers.conformance.mail_sources.variants import (
    SECRET,
    ten_shapes,
    with_less,
    with_recommended,
    with_secrets,
    with_words,
)
from providers.contracts import MailSource
from providers.event_facts import event_facts
from providers.interpretation import ask_source
from providers.isolation.memory import limited_memory
from providers.isolation.processes import SourceProcesses
from providers.loading import NAME
from providers.messages import Message

SECONDS_PER_MAIL = 2.0
BYTES_PER_MAIL = 64 * 1024 * 1024
# Anyone can have an address at these domains: a source that claims one would read private mail.
PUBLIC_DOMAINS = frozenset(
    {"gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "yahoo.com", "icloud.com"}
)
CLOCKS = (datetime(2019, 2, 28, 23, 59, 59, tzinfo=UTC), datetime(2031, 7, 15, 12, tzinfo=UTC))
# Of the machine, 25 hours apart.
LOCAL_ZONES = ("KIT-14", "KIT11")
RECOMMENDED = (
    (("Barista", "Beanhouse"), ("Senior Plumber", "Pipeworks GmbH")),
    (("Nurse at Night", "Mercy - East"), ("Head of Offers, Rejections", "Interview Ltd")),
)
# How often golden mail is read, at least, to find a source that answers by chance.
_READINGS = 40
# What `manage.py plugin check` sets.
THOROUGH = {"mutations": 5_000, "phrases": 200, "measured": 3}


class MailSourceContract(SourceReading):
    """Subclass as `Test...`, and set `source` and `golden`: at least one mail that has events.

    `mutations`: how many broken mails are read; `phrases`: how many are repeated, in the shortest mail alone or in
    `measured` of them. `manage.py plugin check` sets each as `THOROUGH` has it, and `module`: the one with the hook,
    which a process as in production loads, to read golden mail there; "" spares a test that time. The class does not
    import pytest, so that other test runners can run it too.
    """

    mutations: ClassVar[int] = 120
    phrases: ClassVar[int] = 40
    measured: ClassVar[int] = 1
    module: ClassVar[str] = ""
    # When a child process is ended, in seconds of the processor for one mail.
    hard_stop: ClassVar[float] = 20.0

    def test_is_a_mail_source_with_a_usable_name(self) -> None:
        assert isinstance(self.source, MailSource), (
            "it must have `name`, `senders`, `headers`, `search`, `matches` and `parse`"
        )
        assert NAME.fullmatch(self.source.name), f"{self.source.name!r} is not a valid name"

    def test_claims_only_senders_of_its_own(self) -> None:
        faults = list(find_faults(self.source))
        assert not faults, "; ".join(faults)
        for sender in self.source.senders:
            domain = sender.rpartition("@")[2]
            assert domain not in PUBLIC_DOMAINS, f"anyone can have an address at {domain}"

    def test_golden_mail_is_its_own(self) -> None:
        assert self._telling(), "at least one golden mail must have events"
        for mail in self._telling():
            assert claimed_by(self.source, mail.message), (
                f"{mail}: {mail.message.sender.address} isn't claimed"
            )
            assert self.source.matches(mail.message) is True, f"{mail}: must match"

    def test_golden_mail_says_what_it_says_each_time(self) -> None:
        mails = self._asked()
        # Three times in changing order; a few mails more often, since chance may be right three times.
        for turn in range(max(3, _READINGS // max(1, len(mails)))):
            for mail in reversed(mails) if turn % 2 else mails:
                self._check_events(mail, mail.message, f"{mail}")

    def test_reading_does_no_input_or_output(self) -> None:
        for mail in self._some():
            # What is made for the first reading, as compiled expressions, need not be watched so slowly.
            self._parse(mail.message)
            if claimed_by(self.source, mail.message):
                with no_input_or_output(watch_calls=True):
                    ask_source(self.source, mail.message)
        holders = [one for one in list_holders_of_environment() if self._is_own(one)]
        assert not holders, f"a parser reads no environment, and {holders[0]} holds it"

    def test_reading_changes_nothing_that_others_use(self) -> None:
        run_in_child(self._look_for_traces, seconds_per_step=self.hard_stop)

    def test_golden_mail_that_is_broken_raises(self) -> None:
        for mail in self.golden:
            if mail.raises:
                try:
                    events = self._parse(mail.message)
                except Exception:  # noqa: BLE001, S112 - "mine, and wrong": whatever it is
                    continue
                raise AssertionError(f"{mail}: must raise, and gave {events!r}")

    def test_evidence_is_found_where_it_is_said_to_be(self) -> None:
        for mail in self._telling():
            self._check_evidence(mail.message, f"{mail}")
        # All of a short mail is short; behind much else, it is no evidence of one value.
        for mail in self._some(self._telling()):
            message = with_recommended(mail.message, *RECOMMENDED[0] * 20)
            self._check_evidence(message, f"{mail} with recommended jobs")

    def test_ten_shapes_of_a_mail_say_the_same(self) -> None:
        for mail in self._some():
            for shape, message in ten_shapes(mail.message):
                self._check_events(_facts_alone(mail), message, f"{mail} as {shape}")

    def test_other_names_in_the_same_mail_are_read(self) -> None:
        for mail in self._some(self._telling()):
            fault = says_other_names(self._parse, mail)
            assert fault is None, f"{mail}: {fault}"

    def test_recommended_jobs_change_nothing(self) -> None:
        for mail in self._some():
            for jobs in RECOMMENDED:
                message = with_recommended(mail.message, *jobs)
                self._check_events(_facts_alone(mail), message, f"{mail} with recommended jobs")
            if mail.recommended:
                others = {one: f"Other {number}" for number, one in enumerate(mail.recommended)}
                message = with_words(mail.message, others)
                self._check_events(_facts_alone(mail), message, f"{mail} with other jobs")

    def test_the_clock_changes_nothing(self) -> None:
        # A source may fall back on today where a mail lacks what golden mail has.
        lacking = [one for mail in self._some() for one in with_less(mail.message)]
        said = []
        for clock, zone in zip(CLOCKS, LOCAL_ZONES, strict=True):
            with time_machine.travel(clock, tick=False), local_zone(zone):
                for mail in self._asked():
                    self._check_events(mail, mail.message, f"{mail} on {clock:%d %B %Y}")
                said.append([self._parse(message) for _, message in lacking])
        for (name, message), one, other in zip(lacking, *said, strict=True):
            what = f"{message.subject!r} {name}"
            assert one == other, f"{what}: {one!r} at one time, {other!r} at another"

    def test_mail_of_others_is_not_mine(self) -> None:
        for mail in shipped_golden(without=self.source.name):
            if claimed_by(self.source, mail.message):
                events = self._parse(mail.message)
                assert not events, f"golden mail {mail} of another source: {events!r}"
        for message in negatives_for(self.source):
            events = self._parse(message)
            assert not events, f"{message.id} ({message.subject!r}) says nothing: {events!r}"

    def test_broken_mail_raises_nothing_and_is_read_soon(self) -> None:
        run_in_child(self._read_mutations, seconds_per_step=self.hard_stop)

    def test_no_secret_of_a_mail_comes_out(self) -> None:
        for mail in self._telling():
            printed = io.StringIO()
            with (
                capture_logs() as lines,
                warnings.catch_warnings(record=True, action="always") as warned,
                contextlib.redirect_stdout(printed),
                contextlib.redirect_stderr(printed),
            ):
                events = self._parse(with_secrets(mail.message))
            assert events, f"{mail}: says nothing once its links have more parameters"
            lines += [printed.getvalue(), *(str(one.message) for one in warned)]
            shown = [*lines, *(repr(event_facts(one)) for one in events)]
            assert not any(SECRET in one for one in shown), (
                f"{mail}: a parameter, a header or hidden text comes out: {shown}"
            )
        for mail in self.golden:
            if mail.raises:
                error = self._error_of(with_secrets(mail.message))
                assert SECRET not in error, f"{mail}: the error has what the mail says: {error}"

    def test_another_process_reads_the_same(self) -> None:
        if not self.module:
            return
        # On a busy machine it waits for longer than production lets it.
        processes = SourceProcesses([self.module], installed=False, by_the_clock=120.0)
        try:
            for mail in self._some(self._telling()):
                answer = processes.ask(self.source, mail.message)
                assert mail.says(answer.events), (
                    f"{mail}: {answer.error or answer.events!r} in another process"
                )
        finally:
            processes.close()

    def test_cost_grows_with_the_mail(self) -> None:
        run_in_child(self._measure, seconds_per_step=self.hard_stop)

    def _is_own(self, module: str) -> bool:
        return f"{module}.".startswith(f"{_package_of(self.source)}.")

    def _look_for_traces(self, report: Report) -> None:
        package = _package_of(self.source)
        before = note_state(package)
        for mail in self._some():
            self._parse(mail.message)
        changed = find_changes(before, note_state(package))
        assert not changed, f"reading changes {', '.join(changed[:5])}"

    def _read_mutations(self, report: Report) -> None:
        with no_input_or_output():
            pass  # The hook is added before memory is limited.
        messages = [mail.message for mail in self._asked()]
        for name, message in mutate(messages, self.mutations):
            report(name)
            seconds = self._seconds_of(message, name)
            assert seconds < SECONDS_PER_MAIL, f"{name}: takes {seconds:.1f} s of the processor"
        report("golden mail after all the broken mail")
        self.test_golden_mail_says_what_it_says_each_time()

    def _seconds_of(self, message: Message, name: str) -> float:
        """Check what the source says of a broken mail; return the processor time that it took."""
        started = time.process_time()
        try:
            with limited_memory(BYTES_PER_MAIL):
                self._check_evidence(message, name)
        except AssertionError:
            raise
        except Exception as error:
            raise AssertionError(f"{name}: raised {type(error).__name__}: {error}") from error
        return time.process_time() - started

    def _measure(self, report: Report) -> None:
        mails = sorted(self._telling(), key=lambda mail: len(mail.message.html))
        messages = [mail.message for mail in mails[: self.measured]]
        phrases = list_phrases(messages, self.source.search, most=self.phrases)
        measure_growth(self._ask_unwatched, messages, phrases, report)
        # The code is the same for all mails, and it may hold the marks of mail that is broken.
        own = list_own_phrases(self.source, most=self.phrases // 2)
        measure_growth(self._ask_whatever_it_raises, messages[:1], own, report)


def _package_of(source: MailSource) -> str:
    module = type(source).__module__
    return module.rpartition(".")[0] or module


def _facts_alone(mail: GoldenMail) -> GoldenMail:
    """Return the golden mail without evidence, whose place is another in another shape."""
    return replace(mail, events=tuple(facts_of(event) for event in mail.events))
