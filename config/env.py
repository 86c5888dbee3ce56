"""The environment, read once and typed. No other module of the project reads ``os.environ``.

Every reader raises `ImproperlyConfigured` with one sentence for the operator, which never shows a secret.
"""

import os
import re
import secrets
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from environs import Env
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from core.domain_names import clean_domain
from core.errors import Invalid
from tenants.web_origin import read_origin

env = Env()

Choice = TypeVar("Choice", bound=str)
Network = IPv4Network | IPv6Network
CHECKOUT = Path(__file__).resolve().parent.parent
# Characters. Django's deploy check demands as many.
SHORTEST_SECRET_KEY: Final = 50
_HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]*[a-z0-9][!#$%&'*+.^_`|~0-9a-z-]*")
_HOST_NAME: Final = re.compile(
    r"(?=.{1,200}\Z)(?:(?!-)[a-z0-9-]{1,63}(?<!-)\.)*(?!-)[a-z0-9-]{1,63}(?<!-)"
)
_IPV6: Final = re.compile(r"\[[0-9a-f:.]+\]")
_DATABASE_URL: Final = "It must look like postgresql://user:password@host/name."


def data_directory() -> Path:
    """Return the directory for database, files and secrets of this installation (``HAPPO_DATA_DIR``)."""
    return Path(env.str("HAPPO_DATA_DIR", "") or CHECKOUT / ".happo").expanduser().absolute()


def secret(name: str) -> str:
    """Return the variable ``name``, or the text of the file that ``<name>_FILE`` names; "" without both.

    Docker and systemd hand secrets over as files. Line ends at the end of a file are dropped. An empty variable
    counts as not set; an empty file is an error: without its ``DATABASE_URL`` a production installation would
    start as a demo.
    """
    value, path = env.str(name, ""), env.str(f"{name}_FILE", "")
    if value and path:
        raise ImproperlyConfigured(f"{name} and {name}_FILE are both set. Set only one of them.")
    return _file_content(f"{name}_FILE", Path(path)) if path else value


def _file_content(variable: str, path: Path) -> str:
    try:
        content = path.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise ImproperlyConfigured(f"{variable}: {path} can't be read ({reason}).") from error
    if not content:
        raise ImproperlyConfigured(f"{variable}: {path} is empty.")
    return content


def port() -> int:
    """Return ``PORT``, 8000 by default."""
    return number("PORT", 8000, least=1, most=65535)


def number(name: str, default: int, *, least: int, most: int) -> int:
    """Return the variable ``name`` as an integer between ``least`` and ``most``."""
    value: int = env.int(name, default)
    if not least <= value <= most:
        raise ImproperlyConfigured(f"{name} must be between {least} and {most}.")
    return value


def choice(name: str, choices: tuple[Choice, ...]) -> Choice:
    """Return the variable ``name``, one of ``choices``; the first is the default."""
    value: str = env.str(name, "") or choices[0]
    for allowed in choices:
        if value == allowed:
            return allowed
    raise ImproperlyConfigured(f"{name} must be one of {', '.join(choices)}.")


def base_url(name: str) -> str:
    """Return the variable ``name``, an http or https URL, without a slash at its end; "" where it isn't set."""
    value: str = env.str(name, "")
    try:
        url = urlsplit(value)
        is_complete = url.scheme in ("http", "https") and bool(url.hostname) and url.port != 0
    except ValueError:
        is_complete = False
    if value and (not is_complete or url.username is not None or url.query or url.fragment):
        raise ImproperlyConfigured(f"{name} must look like https://host or https://host:port.")
    return value.rstrip("/")


def origins(name: str) -> list[str]:
    """Return the variable ``name``, comma-separated origins as browsers write them: ``https://host:port``."""
    sent: list[str] = env.list(name, [])
    found: list[str] = []
    for value in sent:
        origin = read_origin(value)
        if origin is None:
            raise ImproperlyConfigured(
                f"{name}: {value.strip()} is no origin like https://host or https://host:port."
            )
        found.append(origin)
    return found


def networks(name: str) -> list[Network]:
    """Return the variable ``name``, comma-separated networks like ``10.1.0.0/16`` and ``fd00::/8``, or addresses."""
    sent: list[str] = env.list(name, [])
    found: list[Network] = []
    for value in sent:
        try:
            found.append(ip_network(value.strip()))
        except ValueError:
            raise ImproperlyConfigured(
                f"{name}: {value.strip()} is no network like 10.1.0.0/16 or fd00::/8."
            ) from None
    return found


def header_names(name: str) -> list[str]:
    """Return the variable ``name``, comma-separated names of HTTP headers, in lower case."""
    sent: list[str] = env.list(name, [])
    names = [value.strip().lower() for value in sent]
    if wrong := [value for value in names if not _HEADER_NAME.fullmatch(value)]:
        raise ImproperlyConfigured(f"{name}: {wrong[0]} is no name of an HTTP header.")
    return names


def host_name(name: str, default: str) -> str:
    """Return the variable ``name``, a host name without port, as DNS has it; ``default`` may be ""."""
    value = _write_for_dns((env.str(name, "") or default).rstrip("."))
    if not value and not default:
        return ""
    if not _HOST_NAME.fullmatch(value):
        raise ImproperlyConfigured(f"{name} must be a host name without port, like example.com.")
    return value


def host_names(name: str, default: list[str], *, wildcards: bool) -> list[str]:
    """Return the variable ``name``, comma-separated host names and addresses without ports, as DNS has them.

    ``wildcards``: ``*`` and ``.example.com``, as Django's ALLOWED_HOSTS has them, are allowed too.
    """
    sent: list[str] = env.list(name, default)
    values = [_write_for_dns(value.strip()) for value in sent if value.strip()]
    for value in values:
        bare = value.removeprefix(".") if wildcards else value
        is_name = _HOST_NAME.fullmatch(bare) or _IPV6.fullmatch(value)
        if not is_name and not (wildcards and value == "*"):
            raise ImproperlyConfigured(f"{name}: {value} is no host name without port.")
    return values


def _write_for_dns(host: str) -> str:
    """Return a host name, which may be written in Unicode, in ASCII; what is none stays as it is, and is refused."""
    dot = "." if host.startswith(".") else ""
    try:
        return dot + clean_domain(host.removeprefix(dot), field="host")
    except Invalid:
        return host


def django_database(
    url: str,
) -> dict[str, Any]:  # Any: the values of Django's DATABASES entries differ in type
    """Return Django's parameters for a libpq URL or key/value string.

    What Django has no key for (``sslmode``, ``connect_timeout`` ...) is passed on to libpq unchanged.
    """
    try:
        parsed = conninfo_to_dict(url)
    except ProgrammingError:
        # libpq's message repeats parts of the URL, which may be the password.
        raise ImproperlyConfigured(f"A database URL is malformed. {_DATABASE_URL}") from None
    parts = {name: str(value) for name, value in parsed.items()}
    if not parts.get("dbname"):
        raise ImproperlyConfigured(f"A database URL names no database. {_DATABASE_URL}")
    return {
        "NAME": parts.pop("dbname"),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "OPTIONS": parts,
    }


def secret_key(data_dir: Path, *, production: bool) -> str:
    """Return ``SECRET_KEY``; outside production one is generated and kept, readable by its owner only."""
    key = secret("SECRET_KEY")
    if not production:
        return key or kept_secret(data_dir / "secret_key")
    if not key:
        raise ImproperlyConfigured(
            "SECRET_KEY is not set. It is required wherever DATABASE_URL is."
        )
    if len(key) < SHORTEST_SECRET_KEY:
        raise ImproperlyConfigured(
            f"SECRET_KEY must have at least {SHORTEST_SECRET_KEY} characters; it has {len(key)}."
        )
    return key


def kept_secret(path: Path) -> str:
    """Return the secret kept in ``path``, which is generated (mode 0600) when it isn't there yet."""
    try:
        return _keep_secret(path)
    except OSError as error:
        raise ImproperlyConfigured(
            f"HAPPO_DATA_DIR: {path} can't be written ({error.strerror})."
        ) from error


def _keep_secret(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    if not path.exists():
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(50))
        try:
            # A link fails where another process was faster: both then read the same secret.
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
