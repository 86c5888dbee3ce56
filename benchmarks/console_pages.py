"""Every page of both consoles over HTTP: the operators' with 1,000 tenants, a tenant's with 2,000 candidates."""

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from http.client import HTTPConnection
from statistics import median
from typing import Final

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from api_v1.console.pages import PAGES as TENANT_PAGES
from benchmarks.many_tenants import CANDIDATES, PREFIX, TENANTS, fill_tenant, many_tenants
from benchmarks.servers import serving
from benchmarks.stage import Stage, product_environment
from benchmarks.table import Row
from core.accounts.models import User
from core.accounts.sessions.services import start_session
from tenants.context import public_scope, tenant_scope
from tenants.operators.accounts import create_operator
from tenants.operators.console.pages import PAGES as OPERATORS_PAGES
from tenants.operators.console.signed_in import SECOND_FACTOR
from tenants.operators.session_store import SessionStore
from tenants.provisioning.lifecycle import CreatedTenant
from tests.api_v1.console.test_rights import LEADING_ON, path_of
from tests.tenants.operators.console.pages import address_of

_LIMIT: Final = 0.150
# The first turns fill caches: of templates, of tenants.
_UNCOUNTED, _COUNTED = 3, 12
# Searches and filters, which read more than the first part of a list.
_OPERATORS_SEARCHES: Final = (
    "/admin/tenants/?q=9+of+many&status=active&kind=live&schema=current",
    "/admin/tenants/?q=nothing+like+that",
    "/admin/tenants/?schema=older",
    f"/admin/tenants/?after={PREFIX}500",
    "/admin/audit/?actor=bench&action=rename",
    "/admin/audit/?action=no-such-action",
    "/admin/jobs/?state=failed",
)
_TENANT_SEARCHES: Final = ("/admin/positions/?q=tester", "/admin/people/?q=colleague")


def console_pages(stage: Stage) -> Iterator[Row]:
    """Open each page several times, one after the other, as one browser would."""
    tenant = stage.tenants[20]
    operator = create_operator("pages@bench.test", password="a long way to Tipperary")
    environment = product_environment() | {"HTTPS": "false", "SECRET_KEY": settings.SECRET_KEY}
    with many_tenants(), serving("config.wsgi:application", environment=environment) as port:
        addresses = [address_of(page, tenant, operator) for page in OPERATORS_PAGES]
        cookie = f"{settings.SESSION_COOKIE_NAME}={_sign_operator_in(operator)}"
        yield _row(
            f"slowest page of the operators' console, {TENANTS:,} tenants",
            _open_all(port, [*addresses, *_OPERATORS_SEARCHES], host="localhost", cookie=cookie),
        )
        paths = _paths_of(tenant)
        yield _row(
            f"slowest page of a tenant's console, {CANDIDATES:,} candidates",
            _open_all(
                port,
                [*paths, *_TENANT_SEARCHES],
                host=tenant.host,
                cookie=f"happo-session={_sign_owner_in(tenant)}",
            ),
        )


def _row(work: str, seconds: Mapping[str, float]) -> Row:
    slowest = max(seconds, key=lambda path: seconds[path])
    short = re.sub("[0-9a-f-]{36}", "...", slowest)
    usual = median(seconds.values())
    return Row(
        work,
        f"{seconds[slowest] * 1000:.0f} ms",
        f"at most {_LIMIT * 1000:.0f} ms",
        f"`{short}`; median of {len(seconds)} pages: {usual * 1000:.0f} ms",
        seconds[slowest] <= _LIMIT,
    )


def _open_all(port: int, paths: Sequence[str], *, host: str, cookie: str) -> dict[str, float]:
    """Return the median of the seconds that each page takes."""
    browser = HTTPConnection("127.0.0.1", port)
    seconds: dict[str, list[float]] = {path: [] for path in paths}
    for turn in range(_UNCOUNTED + _COUNTED):
        for path in paths:
            began = time.perf_counter()
            browser.request("GET", path, headers={"Host": host, "Cookie": cookie})
            answer = browser.getresponse()
            answer.read()
            if answer.status != 200:
                raise RuntimeError(f"The status of {path} was {answer.status}")
            if turn >= _UNCOUNTED:
                seconds[path].append(time.perf_counter() - began)
    browser.close()
    return {path: median(taken) for path, taken in seconds.items()}


def _sign_operator_in(operator: User) -> str:
    with public_scope():
        session = SessionStore()
        session[SESSION_KEY] = str(operator.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = operator.get_session_auth_hash()
        session[SECOND_FACTOR] = True
        session.create()
    return session.session_key or ""


def _sign_owner_in(tenant: CreatedTenant) -> str:
    with tenant_scope(tenant.ref):
        owner = User.objects.get(uuid=tenant.owner_uuid)
        return start_session(owner, client_ip="127.0.0.1", user_agent="").token


def _paths_of(tenant: CreatedTenant) -> list[str]:
    """Return the addresses of the pages that show something to the owner who is signed in."""
    position = fill_tenant(tenant)
    pages = [one for one in TENANT_PAGES if one.who != "anyone" and one.name not in LEADING_ON]
    with tenant_scope(tenant.ref):
        owner = User.objects.get(uuid=tenant.owner_uuid)
        return [path_of(page, user=owner, position=position) for page in pages]
