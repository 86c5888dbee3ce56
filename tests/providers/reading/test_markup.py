from __future__ import annotations

import pytest

from providers.reading import Passage, parse_page, visible_text


@pytest.mark.parametrize(
    ("html", "seen"),
    [
        ("", ""),
        ("<style>a{}</style><script>b</script><!--c--><title>d</title><p title=e>f</p>", "f"),
        ("<p>a &amp; b&nbsp;c</p>", "a & b c"),
        ("<div>one</div><div>two<br>three</div>", "one\n\ntwo\nthree"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a\n\nb\n\nc"),
        ("<p>Ac<b>me</b> <i>Inc.</i></p>", "Acme Inc."),
        ("<ul><li>a<li>b</ul>", "a\n\nb"),
        ('<div style="display:none;max-height:0">pre</div>seen', "seen"),
        ('<div style="DISPLAY : none !important">pre</div>seen', "seen"),
        ('<span style="mso-hide:all;visibility:hidden">pre</span>seen', "seen"),
        ('<div style="max-height:0px;overflow:hidden">pre</div>seen', "seen"),
        ('<div style="opacity:0">pre</div>seen', "seen"),
        ("<div hidden>pre</div>seen", "seen"),
        ('<td style="font-size:0px"><p style="opacity:0.5">seen</p></td>', "seen"),
        ("<p>Hello&#847;&zwnj;&nbsp;&#8199;&shy;</p><p>&#8203;</p>world", "Hello\n\nworld"),
        ('<img alt="o\'clock" src=x>seen', "seen"),
        ("<p>unclosed <b>tags", "unclosed tags"),
        ("\x00<p>a\x00b", "ab"),
    ],
)
def test_what_a_person_sees(html: str, seen: str) -> None:
    assert visible_text(html) == seen


def test_elements_are_found_by_selectors_and_leave_the_page_as_it_is() -> None:
    html = (
        '<div id=a><p class="t">Cook <i style="display:none">x</i></p></div><a '
        'href="https://x.test/?a=1&amp;b">y</a>'
    )
    page = parse_page(html)
    title = page.first("p.t")
    assert title
    assert title.passage == Passage("html", "Cook")
    assert title.passage == Passage("html", "Cook")
    assert title.closest("#a")
    link = next(title.following("a"))
    assert link.attribute("href") == Passage("markup", "https://x.test/?a=1&b")
    assert link.attribute("title") is None
    assert page.first("table") is None
    assert [piece.passage.text for piece in page.all("p, a")] == ["Cook", "y"]
    assert visible_text(html) == "Cook\n\ny"


@pytest.mark.parametrize("around", ["<div hidden>", '<p style="display:none">', "<template>"])
def test_what_stands_within_something_hidden_is_not_seen(around: str) -> None:
    html = f"{around}<a href=x>Cook</a>"
    link = parse_page(html).first("a")
    assert link
    assert link.passage.text == visible_text(html) == ""
