"""Schemathesis, configured for Happo: a real server, a known caller, and what no schema can express."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from schemathesis.generation import GenerationMode
from schemathesis.hooks import unregister

from api_v1.documentation.frozen import document_of
from api_v1.http_errors import VERSION_HEADER
from api_v1.versioning.versioned_api import VersionedApi
from tests.fuzz.known import Known
from tests.fuzz.understanding import understood

SEED: Final = 20180701
USERNAME: Final = "joe"
PASSWORD: Final = "correct horse battery"
Json = Any  # Any: JSON
# Rules for valid requests that a schema can't express, with the answer to a violation. The check itself stays enabled.
ALSO_RIGHT: Final = {
    # No Google token is valid without Google; tests/api_v1/jobhax shows a valid one, with a stand-in.
    "/api/users/update_gmail_token": 400,
    # Which providers there are depends on the plugins that are installed and switched on.
    "/api/users/auth_social_user": 400,
    # A token that this client was never given: error 5 of the document.
    "/api/users/logout": 400,
    # Tokens of mail that was never sent; tests/api_v1/jobhax has those of mail that was.
    "/api/users/confirm_email": 400,
    "/api/users/reset_password": 400,
    # One of two fields is needed.
    "/api/users/delete_account": 400,
    "/api/mailboxes/update_mailbox": 400,
    # The plugins that are installed, and what each of them needs, are said in words.
    "/api/mailboxes/add_mailbox": 400,
    # A forwarding address can't be fetched.
    "/api/mailboxes/sync_mailbox": 400,
    # Which Unicode may stand in a domain is said in words: what IDNA 2008 allows, in one script.
    "/v1/mail_domains": 400,
}


@dataclass(frozen=True)
class Speaker:
    """The sender: a credential, and the OAuth client that log-ins name."""

    bearer: str
    client_id: str
    client_secret: str


@dataclass
class Findings:
    """The results: the number of requests of each phase, and each distinct failure once."""

    requests: dict[str, int] = field(default_factory=dict)
    succeeded: set[str] = field(default_factory=set)
    failures: dict[tuple[str, ...], str] = field(default_factory=dict)

    def __str__(self) -> str:
        return "\n\n".join(f"{' / '.join(key)}\n{story}" for key, story in self.failures.items())


def fuzz(
    versioned_api: VersionedApi, *, url: str, speaker: Speaker, examples: int, document: Json = None
) -> Findings:
    """Try each route of one document with all checks; `examples` random ones for each route where it is more than one.

    `document`: another one than the API's own.
    """
    document = document or document_of(versioned_api)
    if not versioned_api.api.needs_version:
        _let_version_be_left_out(document)
    schema = schemathesis.openapi.from_dict(
        understood(document),
        config=_config(versioned_api, url=url, speaker=speaker, examples=examples),
    )
    findings = Findings()
    with _knowing_what_schemas_cannot_say(versioned_api, speaker):
        for event in from_schema(schema).execute():
            if isinstance(event, events.ScenarioFinished):
                _take(event, findings)
            elif isinstance(event, events.NonFatalError):
                findings.failures["error", str(event.label), str(event.value)] = ""
            elif isinstance(event, events.FatalError):
                raise event.exception
    return findings


def _let_version_be_left_out(document: Json) -> None:
    """Leave out that a newer document of such an API demands the version header.

    Without it another version answers and refuses nothing, so no request of Schemathesis may lack the header.
    """
    for methods in document["paths"].values():
        for operation in methods.values():
            for parameter in operation["parameters"]:
                if parameter["name"] == VERSION_HEADER:
                    parameter["required"] = False


def _config(
    versioned_api: VersionedApi, *, url: str, speaker: Speaker, examples: int
) -> SchemathesisConfig:
    headers = {"Authorization": f"Bearer {speaker.bearer}"}
    if not versioned_api.api.needs_version:
        # Without it another version would answer, whose document is another.
        headers[VERSION_HEADER] = versioned_api.name
    return SchemathesisConfig.from_dict(
        {
            "seed": SEED,
            "base-url": url,
            "headers": headers,
            "continue-on-failure": True,
            # How many of its ideas it throws away (dates that fit format and pattern are rare) is its own affair.
            "suppress-health-check": ["filter_too_much"],
            # With a limit of its own it doesn't sleep through a Retry-After.
            "rate-limit": "100000/s",
            # Making up random bodies takes longer than sending them: that is for the long run.
            "phases": {"fuzzing": {"enabled": examples > 1}, "stateful": {"max-steps": 12}},
            "generation": {"max-examples": examples, "no-shrink": True, "database": "none"},
            "operations": [
                {
                    "include-path": path,
                    "checks": {
                        "positive_data_acceptance": {
                            "expected-statuses": [
                                "2xx",
                                "401",
                                "403",
                                "404",
                                "409",
                                "429",
                                str(status),
                            ]
                        }
                    },
                }
                for path, status in ALSO_RIGHT.items()
            ],
        }
    )


@contextmanager
def _knowing_what_schemas_cannot_say(
    versioned_api: VersionedApi, speaker: Speaker
) -> Iterator[None]:
    known = Known()

    def before_call(
        context: object, case: schemathesis.Case, kwargs: dict[str, Any]
    ) -> None:  # Any: requests' own
        known.fill_in(case)
        if case.meta is None or case.meta.generation.mode != GenerationMode.POSITIVE:
            return
        # A cursor is signed: a valid one comes from an answer and can't be made up.
        if case.query and case.query.get("cursor", "") not in known.cursors:
            case.query.pop("cursor", None)
        if isinstance(case.body, dict):
            _fill_in(case.body, speaker)

    def after_call(
        context: object, case: schemathesis.Case, response: schemathesis.Response
    ) -> None:
        known.learn(case, response)

    for hook in (before_call, after_call):
        schemathesis.hook(hook)
    try:
        yield
    finally:
        for hook in (before_call, after_call):
            unregister(hook)


def _fill_in(body: dict[str, Json], speaker: Speaker) -> None:
    if "client_id" in body:
        body |= {"client_id": speaker.client_id, "client_secret": speaker.client_secret}
    if "password2" in body:
        # The documents say in words that both are the same, hard to guess, and what a name is.
        body |= {"username": f"user-{uuid4()}", "password": PASSWORD, "password2": PASSWORD}
    elif "username" in body:
        # No other password is right: one that is deletes the account that sends all requests.
        body |= {"username": USERNAME, "password": PASSWORD}
    if "plugin" in body:
        # The other kinds of mailboxes need a server of mail.
        body.clear()
        body["plugin"] = "forward"
    if "mailbox_id" in body and "renew" in body:
        body |= {"paused": True, "renew": None}
    if "time_zone" in body:
        body["time_zone"] = "Pacific/Auckland"
    candidates = body.get("candidates")
    for part in [body, *(candidates if isinstance(candidates, list) else ())]:
        if part.get("attachmentIds"):
            # Each has to be an upload of the caller that belongs to nothing yet.
            part["attachmentIds"] = []
        if part.get("collaborators"):
            # A user is invited once, whatever the case of the address.
            part["collaborators"] = part["collaborators"][:1]


def _take(event: events.ScenarioFinished, findings: Findings) -> None:
    recorder, phase = event.recorder, event.phase.value
    findings.requests[phase] = findings.requests.get(phase, 0) + len(recorder.interactions)
    for id, interaction in recorder.interactions.items():
        label, response = recorder.cases[id].value.operation.label, interaction.response
        # Other methods of the same path are tried too.
        if (
            response is not None
            and response.status_code == 200
            and label.startswith(f"{interaction.request.method} ")
        ):
            findings.succeeded.add(label)
    for id, check in _failed(event):
        failure = check.failure_info.failure
        key = (recorder.cases[id].value.operation.label, check.name, failure.title)
        findings.failures.setdefault(
            key, f"{failure.message}\n{_request_and_reply(recorder.interactions.get(id))}"
        )


def _failed(
    event: events.ScenarioFinished,
) -> Iterator[tuple[str, Any]]:  # Any: Schemathesis' check
    for id, checks in event.recorder.checks.items():
        yield from ((id, check) for check in checks if check.failure_info is not None)


def _request_and_reply(interaction: Any) -> str:  # Any: Schemathesis' interaction
    if interaction is None:
        return ""
    request, response = interaction.request, interaction.response
    answer = (
        f"{response.status_code} {response.content[:1000]!r}"
        if response is not None
        else "no answer"
    )
    headers = {
        name: value for name, value in request.headers.items() if name.lower() != "authorization"
    }
    return f"{request.method} {request.uri} {headers} {(request.body or b'')[:1000]!r}\n-> {answer}"
