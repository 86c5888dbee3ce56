"""The sources of applicant systems keep the contract of mail sources, hostile mail included."""

from __future__ import annotations

from config.wiring import SHIPPED_PLUGINS
from plugins.ashby.source import AshbySource
from plugins.greenhouse.source import GreenhouseSource
from plugins.icims.source import IcimsSource
from plugins.jobvite.source import JobviteSource
from plugins.lever.source import LeverSource
from plugins.smartrecruiters.source import SmartRecruitersSource
from plugins.workable.source import WorkableSource
from plugins.workday.source import WorkdaySource
from providers.claims import claimed_by
from providers.contracts import MailSource
from providers.loading import load_registry
from providers.mime.read import A_FILE, read_mail
from providers.testing import GoldenMail, MailSourceContract
from tests.plugins.golden import all_pairs

# What each golden mail says is written down beside it and tested there; here it only has to stay the same.
_MOST = 2


def golden_of(source: MailSource) -> list[GoldenMail]:
    messages = [
        read_mail(pair.raw, A_FILE).message for pair in all_pairs() if pair.plugin == source.name
    ]
    own = [message for message in messages if message and claimed_by(source, message)]
    return [GoldenMail(message=one, events=tuple(source.parse(one))) for one in own[:_MOST]]


class TestAshby(MailSourceContract):
    source = AshbySource()
    golden = golden_of(source)


class TestGreenhouse(MailSourceContract):
    source = GreenhouseSource()
    golden = golden_of(source)


class TestIcims(MailSourceContract):
    source = IcimsSource()
    golden = golden_of(source)


class TestJobvite(MailSourceContract):
    source = JobviteSource()
    golden = golden_of(source)


class TestLever(MailSourceContract):
    source = LeverSource()
    golden = golden_of(source)


class TestSmartRecruiters(MailSourceContract):
    source = SmartRecruitersSource()
    golden = golden_of(source)


class TestWorkable(MailSourceContract):
    source = WorkableSource()
    golden = golden_of(source)


class TestWorkday(MailSourceContract):
    source = WorkdaySource()
    golden = golden_of(source)


def test_the_sources_are_shipped() -> None:
    names = {source.name for source in load_registry(SHIPPED_PLUGINS, installed=False).mail_sources}
    assert names >= {
        "ashby", "greenhouse", "icims", "jobvite", "lever", "smartrecruiters", "workable",
        "workday",
    }  # fmt: skip
