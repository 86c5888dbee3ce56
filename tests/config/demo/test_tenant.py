import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connections

from api_v1.versions import HEAD
from config import banner
from config.demo import tenant as demo_tenant
from config.demo.record import DEMO_SLUG, Demo, demo_slug, read_demo, write_demo
from config.demo.samples import SAMPLES
from config.demo.tenant import ensure_demo
from core.jobsearch.models import Application
from core.recruiting.models import Candidate, Position
from tenants.context import tenant_scope
from tenants.models import Tenant
from tenants.provisioning import lifecycle
from tests.api_v1.console.browser import Browser


class Crash(Exception):
    """The exception with which a test interrupts the creation of the demo tenant."""


@pytest.fixture
def data_dir(
    tmp_path: Path, django_db_setup: None, django_db_blocker: pytest.FixtureRequest
) -> Iterator[Path]:
    """A data directory for a demo tenant that is really committed, and removed after the test."""
    with django_db_blocker.unblock():
        yield tmp_path
        if Tenant.objects.filter(slug=DEMO_SLUG).exists():
            lifecycle.delete_tenant(DEMO_SLUG)
        connections.close_all()


def sample_counts() -> tuple[int, int]:
    with tenant_scope(Tenant.objects.get(slug=DEMO_SLUG).ref()):
        return Position.objects.count(), Candidate.objects.count()


def test_it_is_made_once_with_its_samples(data_dir: Path) -> None:
    first = ensure_demo(data_dir)
    assert first is not None
    assert first.api_key.startswith("hpk_live_demo_")
    assert ensure_demo(data_dir) == first
    assert sample_counts() == (len(SAMPLES), sum(len(candidates) for _, candidates in SAMPLES))
    assert demo_slug(data_dir) == DEMO_SLUG


def test_only_the_owner_reads_its_credentials(data_dir: Path) -> None:
    ensure_demo(data_dir)
    assert stat.S_IMODE((data_dir / "demo.json").stat().st_mode) == 0o600


def test_one_that_was_cut_off_is_made_anew(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(demo_tenant, "add_samples", fail)
        with pytest.raises(Crash):
            ensure_demo(data_dir)
    assert demo_slug(data_dir) == ""
    demo = ensure_demo(data_dir)
    assert demo is not None
    assert demo.state == "made"
    assert sample_counts()[0] == len(SAMPLES)


def fail(owner: object) -> None:
    raise Crash


def test_a_deleted_demo_tenant_is_not_made_again(data_dir: Path) -> None:
    ensure_demo(data_dir)
    lifecycle.delete_tenant(DEMO_SLUG)
    assert ensure_demo(data_dir) is None


def test_a_new_database_gets_a_new_one(data_dir: Path) -> None:
    write_demo(data_dir, Demo(state="made", database="another"))
    demo = ensure_demo(data_dir)
    assert demo is not None
    assert demo.api_key


def test_a_tenant_of_that_name_that_is_not_ours_is_left_alone(data_dir: Path) -> None:
    lifecycle.create_tenant(DEMO_SLUG, name="Demolition Ltd", owner_email="dora@demolition.test")
    assert ensure_demo(data_dir) is None
    assert Tenant.objects.get(slug=DEMO_SLUG).name == "Demolition Ltd"


@pytest.mark.parametrize("text", ["", "[]", "{", '{"state": "made"}', '{"what": 1}'])
def test_a_file_that_makes_no_sense_is_no_demo(tmp_path: Path, text: str) -> None:
    (tmp_path / "demo.json").write_text(text)
    assert read_demo(tmp_path) is None


def test_the_first_request_of_the_banner_is_in_the_newest_version() -> None:
    assert banner._NEWEST == HEAD


def test_its_owner_signs_in_to_its_console_with_the_password_of_the_banner(
    data_dir: Path,
) -> None:
    demo = ensure_demo(data_dir)
    assert demo is not None
    assert demo.owner_password in banner.banner(8000, demo)
    browser = Browser(demo.host)
    browser.sign_in(demo.owner_email, demo.owner_password)
    assert browser.get("/admin/").status_code == 200


def test_one_from_before_owners_had_a_password_says_nothing_of_its_console(
    data_dir: Path,
) -> None:
    demo = ensure_demo(data_dir)
    assert demo is not None
    older = replace(demo, owner_password="")
    assert "console" not in banner.banner(8000, older)


def test_its_job_seeker_has_applications_from_mail(data_dir: Path) -> None:
    demo = ensure_demo(data_dir)
    assert demo is not None
    with tenant_scope(Tenant.objects.get(slug=DEMO_SLUG).ref()):
        applications = Application.objects.filter(user__email=demo.seeker_email, made_by="mail")
        shown = {
            (one.company, one.job_title): (one.status.value, one.is_rejected, one.source)
            for one in applications.select_related("status")
        }
    assert shown == {
        ("Borealis Robotics", "Backend Engineer"): ("Phone Screen", False, "LinkedIn"),
        ("Kestrel Maps", "Data Engineer"): ("Applied", False, "LinkedIn"),
        ("Tidewater Energy", "Site Reliability Engineer"): ("Applied", False, "Indeed"),
        ("Alder & Finch", "Python Developer"): ("Applied", True, "Indeed"),
        ("Juniper Health", "Machine Learning Engineer"): ("Applied", False, "Lever"),
        ("Quill Systems", "Platform Engineer"): ("Applied", False, "Hired.com"),
        ("Northwind", "Cloud Engineer"): ("Applied", True, "Workday"),
    }
