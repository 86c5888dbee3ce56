"""A frozen answer holds no text of the interpreter or of a library, whose next version may word it differently."""

import os
import subprocess
import sys
from pathlib import Path

import orjson
import pytest
from django.conf import settings
from django.contrib.auth import password_validation
from django.test import Client

from api_v1 import bodies, json_faults
from api_v1.http_errors import REASONS, MalformedRequest
from core.accounts.models import User
from core.accounts.services import PASSWORD_RULES, check_password_rules
from core.errors import WeakPassword

ROOT = Path(__file__).parents[3]
# With which `tests.parallel` gives each worker a server.
WORKER = "PYTEST_XDIST_WORKER"
BROKEN_JSON = (
    *(b"{", b"[1,]", b"nul", b"[1 2]", b"{1:2}", b'{"a" 1}', b'"\\x"', b'"\\ud800"', b'"\\udc00"'),
    *(
        b"01",
        b"1.",
        b"1e",
        b"-x",
        b"1e999",
        b"1 x",
        b" ",
        b'"\x01"',
        b"[" * 2000,
        b'"\xff"',
        b"NaN",
    ),
    *(b"tru", b"fals", b"[1}", b'{"a":1]', b'"\\ud800\\u0041"', b"\xef\xbb\xbf{}"),
)


def test_the_golden_refusals_are_the_same_with_other_phrases_of_python(
    django_db_setup: None, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    base = f"--basetemp={tmp_path / 'inner'}"
    database = f"--database={settings.DATABASES['default']['NAME']}"
    plugin = ["-p", "tests.api_v1.golden.other_phrases"]
    tests = ["tests/api_v1/golden/test_golden.py", "-k", "every_refusal"]
    # As this process, it uses the server of HAPPO_DATA_DIR, not one of another worker.
    environment = {name: value for name, value in os.environ.items() if name != WORKER}
    run = subprocess.run(
        [*command, base, database, *plugin, *tests],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-3000:]
    assert "4 passed" in run.stdout


def test_a_status_line_has_our_phrase(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.http.response.responses", {404: "Another phrase"})
    assert Client().get("/v1/nothing").reason_phrase in REASONS.values()


@pytest.mark.parametrize("body", BROKEN_JSON, ids=repr)
def test_what_is_wrong_with_json_is_said_in_our_words(body: bytes) -> None:
    with pytest.raises(orjson.JSONDecodeError) as found:
        orjson.loads(body)
    assert found.value.msg in json_faults._WORDS
    with pytest.raises(MalformedRequest) as refused:
        bodies.parse_json(body)
    assert refused.value.message == f"The body is not valid JSON: {found.value}"


def test_unknown_words_of_the_parser_give_the_place_alone() -> None:
    fault = orjson.JSONDecodeError("words of a later version", "[,]", 1)
    assert json_faults.describe_json_fault(fault) == "unexpected content: line 1 column 2 (char 1)"


def test_rules_of_passwords_have_our_sentences(monkeypatch: pytest.MonkeyPatch) -> None:
    for validator in password_validation.get_default_password_validators():
        if hasattr(validator, "get_error_message"):
            monkeypatch.setattr(validator, "get_error_message", lambda: "words of a later version")
    user = User(username="winterabend", email="anna@example.com")
    for password, rule in (
        ("winterabend", "password_too_similar"),
        ("q7x", "password_too_short"),
        ("password1", "password_too_common"),
        ("9473628150274", "password_entirely_numeric"),
    ):
        with pytest.raises(WeakPassword) as refused:
            check_password_rules(password, user=user)
        sentence = PASSWORD_RULES[rule].format(verbose_name="username", min_length=8)
        assert sentence in refused.value.reasons, refused.value.reasons
