"""`make screenshots`: open the pages of the tour in Chromium, and write their pictures to `docs/screenshots`.

The data is made anew, in a database of its own, and is the same each time but for the dates.
"""

import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from typing import Final, Literal

import django
from PIL import Image
from playwright.sync_api import Page

FOLDER: Final = Path(__file__).parents[2] / "docs" / "screenshots"
MOST_BYTES: Final = 100_000
_COLOURS: Final = 128


def _fill_in_a_tenant(page: Page) -> None:
    page.get_by_label("Name", exact=True).press_sequentially("Northern Lights")
    page.get_by_text("Free. Its host is").wait_for()
    page.get_by_label("Owner's e-mail address").fill("olga@northern-lights.example")
    page.get_by_label("Owner's e-mail address").blur()


def _open_a_candidate(page: Page) -> None:
    page.locator(".board > [data-place=interviewing]").get_by_role("link").first.click()
    page.get_by_role("complementary", name="Candidate").wait_for()


def _open_an_application(page: Page) -> None:
    page.get_by_role("rowheader").get_by_role("link").first.click()
    page.get_by_text("Borealis Robotics").first.wait_for()


def _do_nothing(page: Page) -> None:
    """The page is shown as it opens."""


@dataclass(frozen=True, slots=True)
class Stop:
    """One picture. `who`: signs in first; `path`: `{position}` stands for the id of the position of the pipeline."""

    name: str
    who: Literal["operator", "owner", "seeker"]
    path: str
    shows: str
    scheme: Literal["light", "dark"] = "light"
    is_phone: bool = False
    act: Callable[[Page], None] = _do_nothing


STOPS: Final = (
    Stop("operators-home", "operator", "/admin/", "Busiest tenants"),
    Stop("operators-home-dark", "operator", "/admin/", "Busiest tenants", scheme="dark"),
    Stop("operators-tenants", "operator", "/admin/tenants/", "Last activity"),
    Stop("onboarding", "operator", "/admin/onboarding/", "Owner's", act=_fill_in_a_tenant),
    Stop("operators-tenant", "operator", "/admin/tenants/harbour-foods/", "Harbour Foods"),
    Stop(
        "operators-tenant-phone",
        "operator",
        "/admin/tenants/harbour-foods/",
        "Harbour Foods",
        is_phone=True,
    ),
    Stop("tenant-home", "owner", "/admin/", "Harbour Foods"),
    Stop("tenant-people", "owner", "/admin/people/", "sami.keller"),
    Stop("tenant-positions", "owner", "/admin/positions/", "Head chef"),
    Stop(
        "pipeline",
        "owner",
        "/app/positions/{position}/pipeline/",
        "Head chef",
        act=_open_a_candidate,
    ),
    Stop(
        "pipeline-phone",
        "owner",
        "/app/positions/{position}/pipeline/",
        "Head chef",
        is_phone=True,
    ),
    Stop("metrics", "seeker", "/app/metrics/", "Metrics"),
    Stop("metrics-dark", "seeker", "/app/metrics/", "Metrics", scheme="dark"),
    Stop("applications", "seeker", "/app/applications/", "Applications"),
    Stop(
        "application",
        "seeker",
        "/app/applications/?q=Borealis",
        "Borealis Robotics",
        act=_open_an_application,
    ),
    Stop("mailboxes", "seeker", "/app/mailboxes/", "Mailboxes"),
)


def main() -> int:
    """Write all pictures, or those that are named; return 1 if one is too large."""
    chosen = [one for one in STOPS if not sys.argv[1:] or one.name in sys.argv[1:]]
    program = which("chromium")
    if program is None:
        print("chromium is not installed: apt-get install chromium", file=sys.stderr)
        return 1
    FOLDER.mkdir(exist_ok=True)
    sizes = {}
    with _tour(program) as take:
        for stop in chosen:
            picture = shrink(take(stop))
            (FOLDER / f"{stop.name}.png").write_bytes(picture)
            sizes[stop.name] = len(picture)
            print(f"{stop.name}: {len(picture):,} bytes", flush=True)
    return int(max(sizes.values()) > MOST_BYTES)


def shrink(picture: bytes) -> bytes:
    """Return a PNG of few colours, which is a third of the size."""
    small = io.BytesIO()
    with Image.open(io.BytesIO(picture)) as opened:
        few = opened.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
    few.save(small, "PNG", optimize=True)
    return small.getvalue()


@contextmanager
def _tour(program: str) -> Iterator[Callable[[Stop], bytes]]:
    """Make the installation and serve it; yield what takes a picture."""
    from tests.browser import operators, tenants_users
    from tests.browser.launching import launched_chromium
    from tests.browser.tour_data import HOST, make_installation
    from tests.browser.visits import Site
    from tests.database import session_database
    from tests.servers import CHECKOUT, running_server, server_environment

    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        stack.enter_context(session_database())
        shown = make_installation()
        # Without one, pages say so.
        worker = subprocess.Popen(
            [sys.executable, "manage.py", "worker", "--provisioning"],
            cwd=CHECKOUT,
            env=server_environment(folder),
        )
        stack.callback(worker.wait, 30)
        stack.callback(worker.terminate)
        browser = stack.enter_context(launched_chromium(program))
        operator = stack.enter_context(operators.the_only_operator())
        server = stack.enter_context(running_server(folder, log=folder / "log", HTTPS="false"))
        site = Site(browser, server.port)

        def take(stop: Stop) -> bytes:
            with site.visit(scheme=stop.scheme, phone=stop.is_phone) as page:
                if stop.who == "operator":
                    operators.sign_in(page, site, operator)
                    host = "localhost"
                else:
                    user, host = (shown.owner if stop.who == "owner" else shown.seeker), HOST
                    tenants_users.sign_in(page, site, user, tenant=shown.tenant, host=host)
                page.goto(site.url(stop.path.format(position=shown.position.id), host=host))
                page.get_by_text(stop.shows).first.wait_for()
                stop.act(page)
                page.mouse.move(0, 0)
                page.evaluate("scrollTo(0, 0)")
                page.wait_for_load_state("networkidle")
                return page.screenshot(animations="disabled", caret="hide")

        yield take


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    sys.exit(main())
