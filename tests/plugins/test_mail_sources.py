"""The shipped sources keep the contract of mail sources, hostile mail included."""

from __future__ import annotations

from config.wiring import SHIPPED_PLUGINS
from plugins.ashby.source import AshbySource
from plugins.greenhouse.source import GreenhouseSource
from plugins.hired.source import HiredSource
from plugins.icims.source import IcimsSource
from plugins.indeed.source import IndeedSource
from plugins.jobvite.source import JobviteSource
from plugins.lever.source import LeverSource
from plugins.linkedin.source import LinkedinSource
from plugins.smartrecruiters.source import SmartRecruitersSource
from plugins.vettery.source import VetterySource
from plugins.workable.source import WorkableSource
from plugins.workday.source import WorkdaySource
from providers.conformance.mail_sources.golden import GOLDEN_FOLDER
from providers.loading import load_registry
from providers.testing import GoldenMail, MailSourceContract


def golden_of(name: str) -> list[GoldenMail]:
    return GoldenMail.from_folder(GOLDEN_FOLDER / name)


class ShippedSource(MailSourceContract):
    """Each of the twelve in short; `manage.py plugin check` takes all mutations and phrases."""

    mutations = 40
    phrases = 8


class TestAshby(ShippedSource):
    source = AshbySource()
    golden = golden_of("ashby")


class TestGreenhouse(ShippedSource):
    source = GreenhouseSource()
    golden = golden_of("greenhouse")


class TestHired(ShippedSource):
    source = HiredSource()
    golden = golden_of("hired")


class TestIcims(ShippedSource):
    source = IcimsSource()
    golden = golden_of("icims")


class TestIndeed(ShippedSource):
    source = IndeedSource()
    golden = golden_of("indeed")


class TestJobvite(ShippedSource):
    source = JobviteSource()
    golden = golden_of("jobvite")


class TestLever(ShippedSource):
    source = LeverSource()
    golden = golden_of("lever")


class TestLinkedin(ShippedSource):
    source = LinkedinSource()
    golden = golden_of("linkedin")


class TestSmartRecruiters(ShippedSource):
    source = SmartRecruitersSource()
    golden = golden_of("smartrecruiters")


class TestVettery(ShippedSource):
    source = VetterySource()
    golden = golden_of("vettery")


class TestWorkable(ShippedSource):
    source = WorkableSource()
    golden = golden_of("workable")


class TestWorkday(ShippedSource):
    source = WorkdaySource()
    golden = golden_of("workday")


def test_every_shipped_source_is_held_against_the_contract() -> None:
    registry = load_registry(SHIPPED_PLUGINS, installed=False)
    contracts = [one for one in globals().values() if isinstance(one, type)]
    tested = {
        one.source.name
        for one in contracts
        if issubclass(one, MailSourceContract) and hasattr(one, "source")
    }
    assert {source.name for source in registry.mail_sources} == tested
