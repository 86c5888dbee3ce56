"""The same requests in each version, answered byte for byte as it is checked in."""

import os
from datetime import UTC, datetime

import pytest

from api_v1 import http_errors, rendering
from api_v1.happo import envelope
from api_v1.versions import OLDEST
from tenants.context import TenantRef
from tenants.provisioning.lifecycle import CreatedTenant
from tests.api_v1.golden import happo_script
from tests.api_v1.golden.scripts import REFUSALS, ROUTES, Golden
from tests.api_v1.golden.transcript import Transcript

# These succeed only with Google, LinkedIn or a mail server at the other end: tests/api_v1/jobhax has stand-ins.
NEEDS_A_PROVIDER = {
    "POST /users/auth_social_user",
    "GET /users/get_linkedin_profile",
    "GET /users/sync_user_emails",
    "POST /users/update_gmail_token",
}
NEVER_200 = {"GET /files/{token}", *NEEDS_A_PROVIDER}


@pytest.mark.parametrize("golden", ROUTES, ids=str)
def test_every_reply_is_the_one_that_is_checked_in(
    golden: Golden, golden_tenant: CreatedTenant, request: pytest.FixtureRequest
) -> None:
    transcript = golden.run(golden_tenant)
    routes = {route.name for route in golden.versioned_api.table.routes}
    assert routes - transcript.succeeded - NEVER_200 == set(), "no golden reply shows them succeed"
    assert routes - transcript.succeeded - transcript.refused == set(), "no golden reply at all"
    _compare(transcript, golden, request)


@pytest.mark.parametrize("golden", REFUSALS, ids=str)
def test_every_refusal_is_the_one_that_is_checked_in(
    golden: Golden, golden_tenant: CreatedTenant, request: pytest.FixtureRequest
) -> None:
    _compare(golden.run(golden_tenant), golden, request)


def _compare(transcript: Transcript, golden: Golden, request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--write-golden", default=False):
        assert not os.environ.get("CI"), (
            "Golden replies are written by a person, who reads the difference"
        )
        golden.file.write_text(transcript.text)
    assert transcript.text.split("\n### ") == golden.file.read_text().split("\n### ")


class BrokenRun:
    """The first requests of a golden script, run again after a test has changed the code."""

    def __init__(self, tenant: CreatedTenant) -> None:
        golden = Golden("happo", OLDEST)
        self.to = golden.transcript(tenant)
        self.checked_in = golden.file.read_text()

    def differs(self) -> bool:
        """Return whether the run differs from the replies that are checked in."""
        happo_script.meet(self.to)
        return not self.checked_in.startswith(self.to.text)


@pytest.fixture
def broken_run(acme: TenantRef, created_acme: CreatedTenant) -> BrokenRun:
    """A run with a new tenant."""
    return BrokenRun(created_acme)


def test_an_unchanged_api_gives_the_replies_that_are_checked_in(broken_run: BrokenRun) -> None:
    assert not broken_run.differs()


def test_one_more_space_is_noticed(broken_run: BrokenRun, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(envelope, "_OPENING", envelope._OPENING.replace(b":200,", b":200, "))
    assert broken_run.differs()


def test_other_words_are_noticed(broken_run: BrokenRun, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(http_errors.REASONS, 404, "Not There")
    assert broken_run.differs()


def test_another_header_is_noticed(broken_run: BrokenRun, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(rendering._ALWAYS, "Cache-Control", "private")
    assert broken_run.differs()


def test_another_form_of_dates_is_noticed(
    broken_run: BrokenRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = rendering.JsonWriter(keeps_nulls=False, write_date=rendering.write_jobhax_date)
    monkeypatch.setattr(envelope.HappoEnvelope, "writer", writer)
    assert broken_run.differs()


def test_a_field_that_the_frozen_document_does_not_name_is_refused(
    broken_run: BrokenRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        envelope, "_OPENING", envelope._OPENING.replace(b'"data"', b'"surprise":1,"data"')
    )
    with pytest.raises(AssertionError, match="surprise"):
        broken_run.differs()


def test_a_status_that_the_frozen_document_does_not_name_is_refused() -> None:
    contract = Golden("happo", OLDEST).contract()
    with pytest.raises(AssertionError, match="418 is not documented"):
        contract.check("GET", "/v1/positions", 418, {})


def test_an_id_that_changes_within_a_run_is_noticed(broken_run: BrokenRun) -> None:
    to = broken_run.to
    one, other = "1ac435ee-9b11-4172-a934-3272b365e718", "2ac435ee-9b11-4172-a934-3272b365e718"
    assert [to._mask(id) for id in (one, other, one)] == ["<id 1>", "<id 2>", "<id 1>"]


@pytest.mark.parametrize(
    "text",
    [
        "2018-07-05T09:57:09.244Z",  # long ago: a fact, no moment of this run
        f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",  # no milliseconds
        f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S.000Z}",
        "1AC435EE-9B11-4172-A934-3272B365E718",
        '"nextCursor":"short"',
    ],
    ids=["long ago", "no milliseconds", "no T", "upper case", "short cursor"],
)
def test_what_is_written_in_another_form_is_not_masked(broken_run: BrokenRun, text: str) -> None:
    assert broken_run.to._mask(text) == text
