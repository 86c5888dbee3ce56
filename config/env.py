"""The environment, read once and typed. Nothing else in the project looks at ``os.environ``."""

import os
import secrets
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from environs import Env
from psycopg.conninfo import conninfo_to_dict

env = Env()

CHECKOUT = Path(__file__).resolve().parent.parent


def data_directory() -> Path:
    """Where everything lives that this installation writes: database, files, secrets (``HAPPO_DATA_DIR``)."""
    return Path(env.str("HAPPO_DATA_DIR", "") or CHECKOUT / ".happo").expanduser().absolute()


def django_database(
    url: str,
) -> dict[str, Any]:  # Any: the values of Django's DATABASES entries differ in type
    """Return Django's parameters for a libpq URL or key/value string.

    What Django has no key for (``sslmode``, ``connect_timeout`` ...) goes through to libpq as it is.
    """
    parts = {name: str(value) for name, value in conninfo_to_dict(url).items()}
    if not parts.get("dbname"):
        raise ImproperlyConfigured(
            "A database URL has to name a database: postgresql://user:password@host/name"
        )
    return {
        "NAME": parts.pop("dbname"),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "OPTIONS": parts,
    }


def secret_key(data_dir: Path, *, production: bool) -> str:
    """Return ``SECRET_KEY``; outside production one is made once and kept, readable by its owner only."""
    given = env.str("SECRET_KEY", "")
    if given:
        return given
    if production:
        raise ImproperlyConfigured("SECRET_KEY is not set. It has to be wherever DATABASE_URL is.")
    return kept_secret(data_dir / "secret_key")


def kept_secret(path: Path) -> str:
    """Return the secret kept in ``path``, which is made (mode 0600) when it isn't there yet."""
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
