"""The SQL of docs/operating.md makes a server that lacks no protection, and that everything works on."""

import json
import os
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

GUIDE = Path(settings.BASE_DIR) / "docs" / "operating.md"


@pytest.fixture
def own_server(autocommit: None, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Follow the guide on the embedded server, under other names; yield the environment that it asks for."""
    if settings.EMBEDDED_POSTGRES is None:
        pytest.skip("needs a superuser, which only the embedded server gives")
    mark = secrets.token_hex(4)
    once, then = (
        re.sub(r"happo(_owner|_app)?\b", rf"guide_{mark}\1", block)
        for block in re.findall(r"```sql\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    )
    once = re.sub(r"PASSWORD '[^']*'", "PASSWORD 'secret'", once)
    superuser = settings.EMBEDDED_POSTGRES.admin_url
    name, owner, app = f"guide_{mark}", f"guide_{mark}_owner", f"guide_{mark}_app"
    with psycopg.connect(superuser, autocommit=True) as server:
        for statement in once.split(";\n"):
            server.execute(statement)
        with psycopg.connect(superuser, dbname=name, autocommit=True) as database:
            database.execute(then)
        host = server.info.host
        try:
            yield {
                **os.environ,
                "DATABASE_URL": f"postgresql://{app}:secret@/{name}?host={host}",
                "DATABASE_OWNER_URL": f"postgresql://{owner}:secret@/{name}?host={host}",
                "SECRET_KEY": secrets.token_hex(32),
                "HAPPO_DATA_DIR": str(tmp_path),
            }
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")
            server.execute(f"DROP ROLE {owner}, {app}")


def manage(environment: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(
        command,
        env=environment,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Warning" not in done.stderr, done.stderr
    return done.stdout


@pytest.mark.server
def test_the_guide_works(own_server: dict[str, str]) -> None:
    manage(own_server, "migrate_tenants")
    manage(own_server, "check", "--database", "default", "--fail-level", "WARNING")
    made = json.loads(
        manage(
            own_server,
            "tenant",
            "create",
            "acme",
            "--name",
            "A",
            "--owner-email",
            "a@a.test",
            "--json",
        )
    )
    # Web and worker don't know the owner.
    without_owner = {**own_server, "DATABASE_OWNER_URL": ""}
    keys = json.loads(manage(without_owner, "apikey", "list", "--tenant", "acme", "--json"))[
        "apiKeys"
    ]
    assert [key["email"] for key in keys] == [made["owner"]["email"]]
    manage(own_server, "tenant", "delete", "acme", "--yes")
