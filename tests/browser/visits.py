"""What browser tests do with pages: open them as a person would, and look for what is wrong with them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Literal

from playwright.sync_api import Browser, Page, expect

# For what a test waits for, in milliseconds: a busy machine may take long to show it.
PATIENCE: Final = 60_000
expect.set_options(timeout=PATIENCE)
WIDE: Final = {"width": 1280, "height": 900}
PHONE: Final = {"width": 390, "height": 844}


@dataclass(frozen=True)
class Site:
    """A server, and the browser that visits it."""

    browser: Browser
    port: int

    def url(self, path: str = "/", *, host: str = "localhost") -> str:
        """Return an address there. Names below `localhost` are loopback for a browser."""
        return f"http://{host}:{self.port}{path}"

    @contextmanager
    def visit(
        self, *, scheme: Literal["light", "dark"] = "light", phone: bool = False
    ) -> Iterator[Page]:
        """Open an empty page of a person without cookies. It fails at the end where a page reported an error."""
        context = self.browser.new_context(
            viewport=PHONE if phone else WIDE,
            color_scheme=scheme,
            has_touch=phone,
            # Colours are looked at, so none may be on its way to another.
            reduced_motion="reduce",
        )
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        page.on("request", lambda sent: wrong.append(sent.url) if not self._is_own(sent.url) else 0)
        try:
            yield page
            assert [one for one in wrong if "status of 40" not in one] == []
        finally:
            context.close()

    def _is_own(self, url: str) -> bool:
        return f"localhost:{self.port}/" in url or url.startswith(("about:", "data:"))


def give_password(page: Page, address: str, *, email: str, password: str) -> None:
    """Open an operators' page and give the password that it asks for."""
    page.goto(address)
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


ALL_RULES: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
RULES_OF_COLOURS: Final = ("color-contrast", "link-in-text-block")
# Those whose findings depend on colours and on the width of the window.
RULES_OF_LOOKS: Final = (*RULES_OF_COLOURS, "target-size", "scrollable-region-focusable")


def find_barriers(
    page: Page,
    axe: str,
    *,
    rules: Sequence[str] = ALL_RULES,
    without: Sequence[str] = (),
    passed: int = 10,
) -> list[str]:
    """Return what axe-core finds serious or critical on the page, of WCAG 2.2 to AA and its best practices.

    `without`: names of rules that are left out. More of all rules than `passed` have found what they look at.
    """
    # The examination in other colours finds it there.
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe)
    found: dict[str, Any] = page.evaluate(
        "(only) => axe.run({ resultTypes: ['violations'], preload: false, ...only })",
        {"runOnly": list(rules), "rules": {rule: {"enabled": False} for rule in without}},
    )
    # The rules did look at something.
    passes = {one["id"] for one in found["passes"]}
    assert "color-contrast" in passes, page.url
    assert len(passes) > (passed if rules == ALL_RULES else 0), page.url
    return [
        f"{page.url} {one['id']}: {node['html'][:200]}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


def find_faults(page: Page, axe: str) -> list[str]:
    """Return what is wrong with the page in a wide window in light colours, and on a phone in dark ones.

    These two show all colours and both widths.
    """
    faults = find_barriers(page, axe)
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(PHONE)
    faults += find_barriers(page, axe, rules=RULES_OF_LOOKS)
    if overflows(page):
        faults.append(f"{page.url} is wider than a phone")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(WIDE)
    return faults


def overflows(page: Page) -> bool:
    """Return whether the page is wider than the window, so that a phone would scroll sideways."""
    return bool(
        page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    )
