"""The pages of the documentation in Chromium: read by axe-core in light and dark colours, with operations open."""

from typing import Final, Literal

import pytest
from playwright.sync_api import Locator, Page, expect

from api_v1.versions import HEAD
from tests.browser.visits import RULES_OF_COLOURS, Site, find_barriers

OLDEST: Final = "v20180701"
# The rule and the class of the elements: Swagger UI puts the link to an operation into the button that opens it. Its
# links are also smaller than WCAG 2.2 asks for, in paths that are set as text.
NOT_OURS: Final = ("nested-interactive", "opblock-summary-control")
pytestmark = [pytest.mark.server, pytest.mark.timeout(300)]


def open_documents(page: Page, site: Site, query: str) -> None:
    page.goto(site.url(f"/v1/docs?{query}"))
    page.wait_for_selector(".opblock")


def open_operation(page: Page, method: Literal["get", "post"]) -> Locator:
    """Open the first operation of a method, with the form in which it can be tried."""
    operation = page.locator(f".opblock-{method}").first
    operation.locator(".opblock-summary-control").click()
    operation.locator(".responses-table").wait_for()
    operation.locator(".try-out__btn").click()
    operation.locator(".btn.execute").wait_for()
    return operation


def end_transitions(page: Page) -> None:
    """Wait until no colour is on its way to another: Swagger UI's change slowly, whatever a person prefers."""
    page.evaluate(
        "Promise.allSettled(document.getAnimations()"
        ".filter((one) => one instanceof CSSTransition).map((one) => one.finished))"
    )


def colour_of(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


def test_axe_finds_nothing_serious_in_light_and_in_dark_colours(site: Site, axe: str) -> None:
    barriers, colours = [], []
    for api in ("happo", "jobhax"):
        with site.visit() as page:
            open_documents(page, site, f"api={api}")
            open_operation(page, "get")
            open_operation(page, "post")
            page.wait_for_timeout(1000)
            end_transitions(page)
            colours.append(colour_of(page))
            barriers += find_barriers(page, axe, without=["target-size"], passed=20)
            page.emulate_media(color_scheme="dark")
            page.locator("html.dark-mode").wait_for()
            end_transitions(page)
            colours.append(colour_of(page))
            barriers += find_barriers(page, axe, rules=RULES_OF_COLOURS)
    rule, its_class = NOT_OURS
    assert [one for one in barriers if rule not in one or its_class not in one] == []
    # The four pages were in their colours.
    light, dark, *others = colours
    assert light != dark
    assert others == [light, dark]


def test_the_button_copies_the_first_request_and_a_key_stays_while_the_version_changes(
    site: Site,
) -> None:
    with site.visit() as page:
        open_documents(page, site, "api=happo")
        copied = copy_first_request(page)
        assert copied.startswith(f"curl {site.url('/v1/')}")
        assert f'-H "x-happo-api-version: {HEAD}"' in copied
        page.locator(".btn.authorize").click()
        page.locator(".modal-ux input").first.fill("a key of this person")
        page.locator(".modal-ux .btn.authorize").click()
        page.locator(".modal-ux .btn-done").click()
        page.locator(".versions a", has_text=OLDEST).click()
        page.wait_for_url(f"**version={OLDEST}")
        page.wait_for_selector(".opblock")
        operation = open_operation(page, "get")
        with page.expect_request(lambda sent: "/v1/positions" in sent.url) as request:
            operation.locator(".btn.execute").click()
        sent = request.value.all_headers()
        assert sent["authorization"] == "Bearer a key of this person"
        assert sent["x-happo-api-version"] == OLDEST
        # Its answer: the key is of no one.
        expect(operation.locator(".live-responses-table")).to_contain_text("401")


def copy_first_request(page: Page) -> str:
    """Press the button beside the first request; return what is in the clipboard then."""
    button = page.locator(".sample .copy")
    button.click()
    expect(button).to_have_text("Copied")
    return str(page.evaluate("navigator.clipboard.readText()"))
