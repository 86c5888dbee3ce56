"""Settings of the environment: secrets as files, and one clear sentence for each mistake."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.env import (
    SHORTEST_SECRET_KEY,
    django_database,
    host_name,
    host_names,
    secret,
    secret_key,
)
from config.mail import mail_settings
from config.storage import storages
from tests.forking.processes import run_fork
from tests.processes import SECRETS

LONG_KEY = "k" * SHORTEST_SECRET_KEY
PRINT_SETTINGS = """
import json
from config import settings
print(json.dumps({
    "production": settings.PRODUCTION,
    "key": settings.SECRET_KEY,
    "user": settings.DATABASES["default"]["USER"],
    "owner": settings.OWNER_DATABASE["USER"],
    "mail": settings.EMAIL_HOST,
    "bucket": settings.STORAGES["default"]["OPTIONS"]["bucket_name"],
}))
"""


@pytest.fixture(autouse=True)
def _no_secrets_of_the_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SECRETS:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(f"{name}_FILE", raising=False)


def run_python(
    *arguments: str, data_dir: Path, **variables: str
) -> "subprocess.CompletedProcess[str]":
    environment = os.environ | {"HAPPO_DATA_DIR": str(data_dir)} | variables
    return run_fork(arguments, environment=environment, timeout=100)


def test_host_names_may_be_written_in_unicode(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BASE_DOMAIN", "Bücher.example.")
    assert host_name("BASE_DOMAIN", "localhost") == "xn--bcher-kva.example"
    monkeypatch.setenv("ALLOWED_HOSTS", "*, .bücher.example, [::1], Api.Example")
    wanted = ["*", ".xn--bcher-kva.example", "[::1]", "api.example"]
    assert host_names("ALLOWED_HOSTS", [], wildcards=True) == wanted


@pytest.mark.parametrize(
    "host", ["i❤.example", "\u0430pple.example", "bü cher.example", "ü..example"]
)
def test_a_host_name_that_idna_forbids_is_refused(
    monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    monkeypatch.setenv("BASE_DOMAIN", host)
    with pytest.raises(ImproperlyConfigured, match="BASE_DOMAIN must be a host name"):
        host_name("BASE_DOMAIN", "localhost")
    with pytest.raises(ImproperlyConfigured, match="is no host name"):
        host_names("BASE_DOMAIN", [], wildcards=True)


@pytest.mark.parametrize("ending", ["", "\n", "\r\n"])
@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_is_read_from_the_file_that_a_variable_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, ending: str
) -> None:
    (tmp_path / "secret").write_bytes(f" inner = blanks stay {ending}".encode())
    monkeypatch.setenv(f"{name}_FILE", str(tmp_path / "secret"))
    assert secret(name) == " inner = blanks stay "


def test_every_secret_of_a_production_may_be_a_file(tmp_path: Path) -> None:
    contents = {
        "DATABASE_URL": "postgresql://web@db.example/happo",
        "DATABASE_OWNER_URL": "postgresql://boss@db.example/happo",
        "SECRET_KEY": LONG_KEY,
        "EMAIL_URL": "submission://mail.example",
        "STORAGE_URL": "s3://papers?region=eu-north-1",
    }
    for name, content in contents.items():
        (tmp_path / name).write_text(f"{content}\n")
    files = {f"{name}_FILE": str(tmp_path / name) for name in SECRETS}
    printed = run_python("-c", PRINT_SETTINGS, data_dir=tmp_path, **files)
    assert json.loads(printed.stdout) == {
        "production": True,
        "key": LONG_KEY,
        "user": "web",
        "owner": "boss",
        "mail": "mail.example",
        "bucket": "papers",
    }


def test_a_secret_given_twice_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "key").write_text(LONG_KEY)
    monkeypatch.setenv("SECRET_KEY", LONG_KEY)
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "key"))
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY and SECRET_KEY_FILE are both set"):
        secret("SECRET_KEY")


def test_an_empty_variable_beside_a_file_counts_as_not_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "key").write_text(LONG_KEY)
    monkeypatch.setenv("SECRET_KEY", "")
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "key"))
    assert secret("SECRET_KEY") == LONG_KEY


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "No such file or directory"),
        (b"", "is empty"),
        (b"\n", "is empty"),
        (b"\xff\xfe", "not UTF-8"),
    ],
)
def test_a_file_that_holds_no_secret_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None, reason: str
) -> None:
    path = tmp_path / "url"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setenv("DATABASE_URL_FILE", str(path))
    with pytest.raises(ImproperlyConfigured, match=reason) as raised:
        secret("DATABASE_URL")
    assert str(raised.value).startswith(f"DATABASE_URL_FILE: {path} ")


def test_a_directory_is_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMAIL_URL_FILE", str(tmp_path))
    with pytest.raises(ImproperlyConfigured, match="can't be read"):
        secret("EMAIL_URL")


@pytest.mark.parametrize(
    ("url", "encryption", "port"),
    [
        ("smtp://mail.test", "none", 25),
        ("smtp://mail.test:2525", "none", 2525),
        ("submission://u:p@mail.test", "STARTTLS", 587),
        ("submit://mail.test:2587", "STARTTLS", 2587),
        ("smtp+tls://u:p@mail.test", "STARTTLS", 587),
        ("SMTP+TLS://u:p@mail.test:25", "STARTTLS", 25),
        ("smtps://u:p@mail.test", "TLS", 465),
        ("smtp+ssl://u:p@mail.test", "TLS", 465),
        ("smtps://u:p@mail.test:8465", "TLS", 8465),
        ("smtps://u:p@mail.test:587", "STARTTLS", 587),
        ("smtp://mail.test:465?ssl=true", "TLS", 465),
    ],
)
def test_the_scheme_of_the_mail_server_chooses_its_encryption(
    url: str, encryption: str, port: int
) -> None:
    read = mail_settings(url, directory=Path("unused"))
    assert (read["EMAIL_HOST"], read["EMAIL_PORT"]) == ("mail.test", port)
    used = {"STARTTLS": read["EMAIL_USE_TLS"], "TLS": read["EMAIL_USE_SSL"]}
    assert [name for name, on in used.items() if on] == (
        [] if encryption == "none" else [encryption]
    )


@pytest.mark.parametrize("command", [("manage.py", "tenant", "list"), ("-m", "config.run")])
@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        (
            {"IMAP_ALLOWED_NETWORKS": "10.0.0.0/8,10.1.2.3/8"},
            "IMAP_ALLOWED_NETWORKS: 10.1.2.3/8 is no network like 10.1.0.0/16 or fd00::/8",
        ),
        ({"STORAGE_URL_FILE": "/nonexistent"}, "STORAGE_URL_FILE: /nonexistent can't be read"),
        ({"SECRET_KEY_FILE": "/nonexistent"}, "SECRET_KEY_FILE: /nonexistent can't be read"),
        ({"DATABASE_URL": "postgresql://happo_app@127.0.0.1:1/happo"}, "SECRET_KEY is not set"),
        (
            {"SECRET_KEY": LONG_KEY, "SECRET_KEY_FILE": "/nonexistent"},
            "SECRET_KEY and SECRET_KEY_FILE are both set",
        ),
        ({"PORT": "0"}, "PORT must be between 1 and 65535"),
        ({"PORT": "99999"}, "PORT must be between 1 and 65535"),
        ({"PORT": "http"}, '"PORT" invalid'),
        (
            {"DATABASE_URL": "postgresql://u@db.example/happo", "SECRET_KEY": "short"},
            "SECRET_KEY must have at least 50 characters; it has 5",
        ),
    ],
)
def test_a_mistake_ends_a_command_with_one_sentence(
    tmp_path: Path, command: tuple[str, ...], environment: dict[str, str], sentence: str
) -> None:
    ended = run_python(*command, data_dir=tmp_path, **environment)
    assert ended.returncode == 1
    assert ended.stdout == ""
    [line] = ended.stderr.splitlines()
    assert line.startswith("Happo can't run: ")
    assert sentence in line
    assert LONG_KEY not in line


def test_a_production_needs_a_long_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", LONG_KEY[1:])
    with pytest.raises(ImproperlyConfigured, match="at least 50 characters; it has 49"):
        secret_key(tmp_path, production=True)
    monkeypatch.setenv("SECRET_KEY", LONG_KEY)
    assert secret_key(tmp_path, production=True) == LONG_KEY


def test_a_production_does_not_generate_its_key(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY is not set"):
        secret_key(tmp_path, production=True)
    assert list(tmp_path.iterdir()) == []


def test_outside_production_the_key_is_generated_once(tmp_path: Path) -> None:
    key = secret_key(tmp_path, production=False)
    assert len(key) >= SHORTEST_SECRET_KEY
    assert secret_key(tmp_path, production=False) == key


@pytest.mark.parametrize(
    "read",
    [
        lambda: django_database("postgresql://user:passw0rd@[half/happo"),
        lambda: django_database("postgresql://user:passw0rd@db.example"),
        lambda: django_database("user=u password='passw0rd"),
        lambda: mail_settings("smtp://user:passw0rd@mail.example:port", directory=Path("unused")),
        lambda: mail_settings("smtp://u:passw0rd@mail.example?timeout=x", directory=Path("unused")),
        lambda: storages("s3://[papers?secret_key=passw0rd"),
    ],
    ids=["host", "no database", "quote", "mail port", "mail time-out", "bucket"],
)
def test_a_malformed_address_is_reported_without_its_password(read) -> None:
    with pytest.raises(ImproperlyConfigured) as raised:
        read()
    assert "passw0rd" not in str(raised.value)
    assert raised.value.__suppress_context__ or raised.value.__context__ is None
