"""Fields of one line are stored as one line in every version, and refuse nothing that they accepted before."""

import pytest

from api_v1.versions import HEAD, OLDEST
from core.accounts.models import User
from tenants.context import TenantRef
from tests.api_v1.jobhax.conftest import standin  # noqa: F401 - a fixture
from tests.clients import HappoClient, JobHaxClient
from tests.job_seekers import client_of, seeker_of
from tests.recruiters import recruiter
from tests.standins.identity import IdentityStandin

SENT = "One\u202e\r\n two\tthree\x07"
STORED = "One two three"
VERSIONS = pytest.mark.parametrize("version", [OLDEST, HEAD])


@pytest.fixture
def key(acme: TenantRef) -> str:
    return recruiter("anna@acme.test").key


@VERSIONS
def test_of_positions(key: str, version: str) -> None:
    happo = HappoClient(key, version)
    fields = ("title", "location")
    made = happo.post("/positions", dict.fromkeys(fields, SENT)).data
    assert {name: made[name] for name in fields} == dict.fromkeys(fields, STORED)
    changed = happo.post(f"/positions/{made['id']}", {"title": f"{SENT}!"}).data
    assert changed["title"] == f"{STORED}!"


@VERSIONS
def test_of_candidates(key: str, version: str) -> None:
    happo = HappoClient(key, version)
    position = happo.post("/positions", {"title": "T"}).data["id"]
    fields = ("name", "phoneNumber", "compensation")
    body = dict.fromkeys(fields, SENT)
    path = f"/positions/{position}/candidates"
    made = happo.post(path, body).data
    bulk = happo.post(f"{path}/bulk", {"candidates": [body]}).data[0]
    for candidate in (made, bulk):
        assert {name: candidate[name] for name in fields} == dict.fromkeys(fields, STORED)


@VERSIONS
def test_text_of_several_lines_stays(key: str, version: str) -> None:
    happo = HappoClient(key, version)
    made = happo.post("/positions", {"title": "T", "notes": "One\n two"}).data
    assert made["notes"] == "One\n two"


@VERSIONS
def test_of_job_applications(acme: TenantRef, version: str) -> None:
    seeker = seeker_of(acme, "seeker@jobs.test")
    seeker.version = version
    fields = dict.fromkeys(("job_title", "company", "source"), SENT)
    added = seeker.post("jobapps/add_jobapp", **fields, application_date="2019-01-31", status_id=1)
    assert added.code == 0
    [shown] = seeker.get("jobapps/get_jobapps").data
    assert {shown["jobTitle"], shown["company"], shown["source"]} == {STORED}


@VERSIONS
def test_of_users(acme: TenantRef, version: str) -> None:
    api: JobHaxClient = client_of(acme)
    api.version = version
    reply = api.register("nina@new.test", first_name=SENT, last_name=f" {SENT}\n")
    assert reply.code == 0
    user = User.objects.get(email="nina@new.test")
    assert (user.first_name, user.last_name) == (STORED, STORED)


def test_of_names_at_a_provider(acme: TenantRef, standin: IdentityStandin) -> None:  # noqa: F811
    standin.google.add_account(sub="g8", email="n@gmail.test", given_name=SENT, family_name=SENT)
    token = standin.google.issue(sub="g8", client_id="ours")
    reply = client_of(acme).post_as_client(
        "users/auth_social_user", provider="google-oauth2", token=token
    )
    assert reply.code == 0
    user = User.objects.get(email="n@gmail.test")
    assert (user.first_name, user.last_name) == (STORED, STORED)
