"""A test fails when a message to clients is reworded."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Final

import orjson
import pytest

from api_v1.http_errors import Crash, HttpError, MalformedRequest
from api_v1.jobhax.errors import DOCUMENTED_MESSAGES
from core import errors as domain
from core import messages
from core.messages import PROBLEMS
from tenants.provisioning.lifecycle import CreatedTenant
from tests.api_v1.golden import happo_refusals, jobhax_refusals
from tests.api_v1.golden.operator_side import OperatorSide
from tests.api_v1.golden.scripts import FOLDER, REFUSALS, ROUTES, Golden
from tests.api_v1.golden.sentences import (
    CODE,
    ErrorText,
    Sentence,
    error_texts_in,
    missing_from,
    sentences,
)
from tests.api_v1.golden.transcript import Transcript


@dataclass(frozen=True)
class Unprovoked:
    """An error that no request of a golden script can provoke, and why."""

    because: str
    error: domain.DomainError | HttpError


UNPROVOKED: Final = (
    Unprovoked("it takes a mistake of ours", Crash()),
    Unprovoked("it takes a database that is down", domain.DatabaseDown()),
    Unprovoked("it takes a provider that is down", domain.ProviderDown("google")),
    Unprovoked(
        "it takes a client that goes away in the middle",
        MalformedRequest("The body ends before its Content-Length"),
    ),
    Unprovoked(
        "operators add statuses, no request does", domain.Conflict("status", "is there already")
    ),
    *(
        Unprovoked(
            "only consoles and commands add them one by one",
            domain.Conflict(kind, "can't be added: a tenant may have at most 200"),
        )
        for kind in ("status", "mail domain", "OAuth client")
    ),
    Unprovoked("only operators reset one mail domain", domain.NotFound("mail domain", "x.example")),
    *(
        Unprovoked(
            "invitations are sent again and withdrawn in the console, not by a request", error
        )
        for error in (
            domain.NotFound("invitation"),
            domain.Conflict("invitation", "was answered already"),
        )
    ),
    Unprovoked("no field has a least length yet", domain.Invalid.one("name", "too_short", limit=2)),
    Unprovoked("no field is a decimal number yet", domain.Invalid.one("salary", "not_number")),
    Unprovoked("it takes requests that hold many threads", domain.TenantBusy()),
    Unprovoked("every quota has its own sentence", domain.QuotaExceeded("seats", 5)),
    Unprovoked("it takes a mail server", domain.MailboxRefused()),
    *(
        Unprovoked("it takes a mail server", domain.Invalid.one(field, code))
        for field, code in (
            ("code", "without_refresh_token"),
            ("password", "refused_by_server"),
            ("host", "unknown_host"),
            ("host", "forbidden_host"),
            ("host", "untrusted_host"),
            ("host", "not_mail_server"),
            ("folders", "unknown_folder"),
        )
    ),
    *(
        Unprovoked("it takes more than a script sends", domain.QuotaExceeded(quota, 5))
        for quota in ("storage", "positions", "candidates")
    ),
    *(
        Unprovoked(
            "it takes more than a script sends",
            domain.QuotaUsedUpForNow(quota, 5, retry_after=timedelta(minutes=1)),
        )
        for quota in ("invitations", "jobs")
    ),
)
UNPROVOKED_FILE: Final = FOLDER / "unprovoked.txt"
# Problems that no golden reply can show: only operators get the first two, and no field of an API raises the last,
# which replaces a code that is in no table.
NOT_IN_REPLIES: Final = frozenset({"slug", "host_name", "not_origin", "invalid"})
IN_REPLIES: Final = {code: text for code, text in PROBLEMS.items() if code not in NOT_IN_REPLIES}
# What both APIs refuse with; 500 and 503 can't be provoked.
STATUSES: Final = (400, 401, 403, 404, 405, 409, 413, 415, 429)
CREDENTIALS: Final[dict[str, Callable[[Transcript, OperatorSide], None]]] = {
    "happo": happo_refusals.credentials,
    "jobhax": jobhax_refusals.credentials,
}


def every_sentence() -> list[Sentence]:
    """Return the sentences of the code, and the fixed sentences of JobHax's oldest version."""
    return sentences(IN_REPLIES) + [
        Sentence(words) for words in DOCUMENTED_MESSAGES.values() if words
    ]


@cache
def checked_in_texts() -> frozenset[ErrorText]:
    """Return the error texts in the golden replies."""
    files = [*(golden.file for golden in (*ROUTES, *REFUSALS)), UNPROVOKED_FILE]
    return frozenset(texts for file in files for texts in error_texts_in(file.read_text()))


def refused(unprovoked: Unprovoked, golden: Golden) -> str:
    """Return how an API would answer with the error in a version."""
    refusal = golden.versioned_api.api.render_error(unprovoked.error, "golden")
    headers = "".join(f"{name}: {value}\n" for name, value in refusal.headers.items())
    body = orjson.dumps(golden.versioned_api.downgrade_error(refusal.body)).decode()
    return f"### {golden}: {unprovoked.because}\n\n{refusal.status}\n{headers}\n{body}\n"


def test_every_sentence_is_in_a_golden_reply() -> None:
    assert missing_from(every_sentence(), checked_in_texts()) == [], (
        "Show it in a golden script: see CONTRIBUTING.md"
    )


def test_what_cannot_be_provoked_is_worded_as_it_is_checked_in(
    request: pytest.FixtureRequest,
) -> None:
    text = "\n".join(refused(unprovoked, golden) for golden in ROUTES for unprovoked in UNPROVOKED)
    if request.config.getoption("--write-golden", default=False):
        assert not os.environ.get("CI"), (
            "Golden replies are written by a person, who reads the difference"
        )
        UNPROVOKED_FILE.write_text(text)
    assert text == UNPROVOKED_FILE.read_text()


def test_what_can_be_provoked_is_shown_by_a_request() -> None:
    texts = {
        one for golden in (*ROUTES, *REFUSALS) for one in error_texts_in(golden.file.read_text())
    }
    for unprovoked in UNPROVOKED:
        assert missing_from([Sentence(words_of(unprovoked.error))], texts), unprovoked.because


def words_of(error: domain.DomainError | HttpError) -> str:
    return error.message if isinstance(error, HttpError) else messages.message_for(error)


@pytest.mark.parametrize("golden", REFUSALS, ids=str)
def test_every_status_is_shown_by_both_apis_in_each_version(golden: Golden) -> None:
    lines = golden.file.read_text().splitlines()
    assert {
        status for status in STATUSES if not any(line.startswith(f"{status} ") for line in lines)
    } == set()


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("core/messages.py", "This credential may only read", "This credential can only read"),
        ("core/messages.py", "This credential may not read", "This credential can't read"),
        ("core/messages.py", "Too many requests: ", "Slow down: "),
        ("core/messages.py", "The body must be at most {", "The body may have {"),
        ("api_v1/failures.py", "The request can't be read", "The request is not readable"),
        (
            "api_v1/http_errors.py",
            "header is required and must be one of",
            "header is missing: one of",
        ),
        ("api_v1/http_errors.py", "Something went wrong on our side", "Oh dear, oh dear"),
        (
            "api_v1/bodies.py",
            "Content-Length must be a number",
            "Content-Length has to be a number",
        ),
        ("core/recruiting/services/candidate_moves.py", "is not rejected", "was never rejected"),
        ("core/recruiting/services/positions.py", 'action="archive"', 'action="put away"'),
        ("core/jobsearch/queries.py", 'NotFound("application"', 'NotFound("job"'),
        ("tenants/files/links.py", "expired link", "old link"),
    ],
)
def test_a_reworded_sentence_is_in_no_golden_reply(path: str, old: str, new: str) -> None:
    text = (CODE / path).read_text()
    assert old in text
    assert missing_from(
        sentences(IN_REPLIES, texts={path: text.replace(old, new)}), checked_in_texts()
    )


@pytest.mark.parametrize("code", IN_REPLIES)
def test_a_reworded_problem_is_in_no_golden_reply(code: str) -> None:
    reworded = {**IN_REPLIES, code: f"please {IN_REPLIES[code]}"}
    assert [one.code for one in missing_from(sentences(reworded), checked_in_texts())] == [code]


def test_a_new_problem_needs_a_golden_reply() -> None:
    one_more = {**IN_REPLIES, "purple": "must not be purple"}
    assert missing_from(sentences(one_more), checked_in_texts()) == [
        Sentence("must not be purple", "purple")
    ]


@pytest.mark.parametrize("api", CREDENTIALS)
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", ""),
        ("may only read", "can only read"),
        ("may not read", "can't read"),
        ("Too many requests", "Slow down"),
        ("The credential is not valid", "The credential has expired"),
    ],
    ids=["unchanged", "reads only", "writes only", "too many", "expired"],
)
def test_a_golden_script_notices_other_words(
    api: str, old: str, new: str, golden_tenant: CreatedTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    message_for = messages.message_for
    monkeypatch.setattr(messages, "message_for", lambda error: message_for(error).replace(old, new))
    golden = Golden(api, ROUTES[-1].version, "refusals")
    to = golden.transcript(golden_tenant)
    CREDENTIALS[api](to, OperatorSide(golden_tenant))
    assert golden.file.read_text().startswith(to.text) == (old == new)
