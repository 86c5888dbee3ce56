"""The stand-in is as strict as the real services: it reports every wrong request of a test."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.standins.identity import IdentityStandin

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def standin() -> Iterator[IdentityStandin]:
    standin = IdentityStandin().start()
    standin.google.add_client(client_id="web", secret="s")
    standin.google.add_account(sub="1", email="joe@gmail.test")
    standin.linkedin.add_client(client_id="app", secret="s")
    standin.linkedin.add_member(id="m", email="bob@linked.test")
    yield standin
    standin.stop()


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "/oauth2/v4/tokeninfo", 404),
        ("GET", "/plus/v1/people/me", 404),
        ("GET", "/v1/people/~", 404),
        ("POST", "/tokeninfo", 405),
        ("GET", "/tokeninfo?acess_token=typo", 400),
        ("GET", "/tokeninfo?access_token=a&access_token=b", 400),
        ("GET", "/oauth2/v3/userinfo?access_token=a", 400),
        ("POST", "/oauth/v2/introspectToken?token=a", 400),
    ],
)
def test_what_the_services_do_not_know_is_refused_and_kept(
    standin: IdentityStandin, method: str, address: str, status: int
) -> None:
    assert requests.request(method, standin.url + address, timeout=60).status_code == status
    assert len(standin.problems) == 1
    with pytest.raises(AssertionError):
        standin.check()


def test_a_json_body_is_no_form(standin: IdentityStandin) -> None:
    answer = requests.post(f"{standin.url}/token", json={"grant_type": "refresh_token"}, timeout=60)
    assert answer.status_code == 415
    assert standin.problems


def test_leaving_the_stand_in_fails_after_an_unknown_request() -> None:
    with pytest.raises(AssertionError, match="GET /nowhere"), IdentityStandin() as standin:
        requests.get(f"{standin.url}/nowhere", timeout=60)


@pytest.mark.parametrize("path", ["/tokeninfo", "/oauth2/v3/tokeninfo"])
def test_the_new_tokeninfo_has_text_for_numbers(standin: IdentityStandin, path: str) -> None:
    token = standin.google.issue(sub="1", client_id="web")
    document = requests.get(standin.url + path, params={"access_token": token}, timeout=60).json()
    assert document.keys() == {
        *(
            "azp",
            "aud",
            "sub",
            "scope",
            "exp",
            "expires_in",
            "email",
            "email_verified",
            "access_type",
        )
    }
    assert all(isinstance(value, str) for value in document.values())
    bad = requests.get(standin.url + path, params={"access_token": "bad"}, timeout=60)
    assert (bad.status_code, bad.json()) == (400, {"error_description": "Invalid Value"})


@pytest.mark.parametrize(
    ("version", "error"),
    [
        ("v1", {"error": "invalid_token", "error_description": "Invalid Value"}),
        ("v2", {"error_description": "Invalid Value"}),
    ],
)
def test_the_old_tokeninfo_has_its_own_names(
    standin: IdentityStandin, version: str, error: dict[str, str]
) -> None:
    address = f"{standin.url}/oauth2/{version}/tokeninfo"
    token = standin.google.issue(sub="1", client_id="web")
    document = requests.get(address, params={"access_token": token}, timeout=60).json()
    assert document.keys() == {
        "issued_to",
        "audience",
        "user_id",
        "scope",
        "expires_in",
        "access_type",
    }
    assert isinstance(document["expires_in"], int)
    bad = requests.get(address, params={"access_token": "bad"}, timeout=60)
    assert (bad.status_code, bad.json()) == (400, error)


def test_google_userinfo_v2_and_v3_differ_in_names(standin: IdentityStandin) -> None:
    headers = {"Authorization": f"Bearer {standin.google.issue(sub='1', client_id='web')}"}
    v3 = requests.get(f"{standin.url}/oauth2/v3/userinfo", headers=headers, timeout=60).json()
    v2 = requests.get(f"{standin.url}/oauth2/v2/userinfo", headers=headers, timeout=60).json()
    assert (v3["sub"], v3["email_verified"]) == (v2["id"], v2["verified_email"]) == ("1", True)
    bad = requests.get(f"{standin.url}/oauth2/v3/userinfo", timeout=60)
    assert bad.status_code == 401
    assert bad.json() == {"error": "invalid_request", "error_description": "Invalid Credentials"}


def test_linkedin_without_a_header_says_so(standin: IdentityStandin) -> None:
    answer = requests.get(f"{standin.url}/v2/me", timeout=60)
    assert answer.json() == {
        "message": "Empty oauth2_access_token",
        "serviceErrorCode": 401,
        "status": 401,
    }


def test_linkedin_distinguishes_revoked_and_expired_tokens(standin: IdentityStandin) -> None:
    expired = standin.linkedin.issue(id="m", client_id="app", expires_in=-1)
    revoked = standin.linkedin.issue(id="m", client_id="app")
    standin.linkedin.revoke(token=revoked)
    codes = []
    for token in ("unknown", revoked, expired):
        headers = {"Authorization": f"Bearer {token}"}
        answer = requests.get(f"{standin.url}/v2/userinfo", headers=headers, timeout=60)
        codes.append((answer.status_code, answer.json()["serviceErrorCode"]))
    assert codes == [(401, 65600), (401, 65601), (401, 65602)]


def test_a_linkedin_code_is_good_once(standin: IdentityStandin) -> None:
    code = standin.linkedin.issue_code(token=standin.linkedin.issue(id="m", client_id="app"))
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": "app",
        "client_secret": "s",
    }
    answers = [
        requests.post(f"{standin.url}/oauth/v2/accessToken", data=form, timeout=60)
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [200, 400]


def test_the_control_endpoint_does_what_the_object_does(standin: IdentityStandin) -> None:
    control = f"{standin.url}/_standin"
    requests.post(
        f"{control}/google/accounts", json={"sub": "2", "email": "ann@gmail.test"}, timeout=5
    )
    made = requests.post(
        f"{control}/google/tokens", json={"sub": "2", "client_id": "web"}, timeout=5
    )
    token = made.json()["result"]
    assert standin.google.tokens[token].account.email == "ann@gmail.test"
    requests.post(
        f"{control}/failure", json={"mode": "error", "path": "/tokeninfo", "times": 1}, timeout=5
    )
    statuses = [
        requests.get(
            f"{standin.url}/tokeninfo", params={"access_token": token}, timeout=5
        ).status_code
        for _ in range(2)
    ]
    assert statuses == [500, 200]
    assert requests.get(f"{control}/problems", timeout=60).json() == {"result": []}
    assert requests.get(f"{control}/calls", timeout=60).json() == {"result": ["GET /tokeninfo"] * 2}


def test_a_failure_of_everything_leaves_the_controls_alone(standin: IdentityStandin) -> None:
    control = f"{standin.url}/_standin/failure"
    requests.post(control, json={"mode": "error"}, timeout=60)
    assert requests.get(f"{standin.url}/tokeninfo", timeout=60).status_code == 500
    assert requests.delete(control, timeout=60).status_code == 200
    token = {"access_token": standin.google.issue(sub="1", client_id="web")}
    assert requests.get(f"{standin.url}/tokeninfo", params=token, timeout=60).status_code == 200


@pytest.mark.parametrize(
    "body", [{"mode": "on-fire"}, {"mode": "error", "colour": "red"}, ["error"]]
)
def test_a_control_that_makes_no_sense_is_refused(standin: IdentityStandin, body: object) -> None:
    answer = requests.post(f"{standin.url}/_standin/failure", json=body, timeout=60)
    assert answer.status_code == 400
    assert requests.get(f"{standin.url}/_standin/nothing", timeout=60).status_code == 404


def test_it_can_be_started_by_hand() -> None:
    command = [sys.executable, "-m", "tests.standins.identity", "--port", "0"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout
        url = re.search(r"GOOGLE_API_BASE=(\S+)", server.stdout.readline())
        assert url
        answer = requests.get(
            f"{url[1]}/tokeninfo", params={"access_token": "ya29.demo"}, timeout=5
        )
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=60) == 0
    assert answer.json()["aud"] == "happo-demo.apps.googleusercontent.com"
