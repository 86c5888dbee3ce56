"""The banner of `make run`: addresses, keys and a first request."""

import json
from typing import Final

from django.conf import settings

from config.demo.record import Demo
from tenants.tenant_links import make_url

# A copy: the versions can't be imported before Django is set up. A test compares it.
_NEWEST: Final = "v20261201"


def banner(port: int, demo: Demo | None) -> str:
    """Return the addresses, the demo tenant's key, and a first request to paste."""
    base = settings.PUBLIC_URL or f"http://localhost:{port}"
    lines = [
        "",
        f"Happo runs at {base}  (Ctrl-C stops it)",
        "",
        f"  Happo API    {base}/v1      docs {base}/v1/docs",
        f"  JobHax API   {base}/api     docs {base}/v1/docs?api=jobhax",
        f"  Admin        {base}/admin/  for operators; this makes one, and asks for its password:",
        "",
        "    .venv/bin/python manage.py operator create --password-stdin --email you@example.com",
        "",
    ]
    return "\n".join(lines + (_first_request(base, demo) if demo else _first_tenant()))


def _first_request(base: str, demo: Demo) -> list[str]:
    return [
        f'The tenant "{demo.slug}" is for trying things out; its owner is {demo.owner_email}.',
        "",
        f"  API key        {demo.api_key}",
        f"  OAuth client   {demo.client_id}",
        f"  and secret     {demo.client_secret}",
        "",
        "A first request:",
        "",
        f"  curl {base}/v1/positions \\",
        f'    -H "Authorization: Bearer {demo.api_key}" \\',
        f'    -H "x-happo-api-version: {_NEWEST}"',
        "",
        *(_first_log_in(base, demo) if demo.seeker_email else []),
        *(_console(demo) if demo.owner_password else []),
    ]


def _console(demo: Demo) -> list[str]:
    return [
        f"The tenant's console. Its owner's password is {demo.owner_password}",
        "",
        f"  {make_url(demo.host, '/admin/')}",
        "",
    ]


def _first_log_in(base: str, demo: Demo) -> list[str]:
    credentials = {
        "client_id": demo.client_id,
        "client_secret": demo.client_secret,
        "username": demo.seeker_email,
        "password": demo.seeker_password,
    }
    return [
        f"The applications of the job seeker {demo.seeker_email} were read from mail.",
        "Log in, and list them with the access token:",
        "",
        f"  curl {base}/api/users/login -H 'Content-Type: application/json' \\",
        f"    -d '{json.dumps(credentials)}'",
        f'  curl {base}/api/jobapps/get_jobapps -H "Authorization: Bearer ACCESS_TOKEN"',
        "",
    ]


def _first_tenant() -> list[str]:
    return [
        "Create your own tenant, with a first key:",
        "",
        "  .venv/bin/python manage.py tenant create acme --name Acme --owner-email you@example.com",
        "",
    ]
