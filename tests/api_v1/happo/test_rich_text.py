"""Notes and descriptions: the allowed tags stay as they were sent, everything else loses its tags."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.errors import Invalid
from core.recruiting.models import Position
from core.recruiting.rich_text import cleaning
from core.recruiting.rich_text.cleaning import TEXT_BYTES, clean_html
from tests.recruiters import Recruiter, candidates_of


@pytest.mark.parametrize(
    "html",
    [
        "<div><b>Job Description</b></div><ul><li>Testing</li><li>Automation</li></ul>",
        "<p><i>a</i> <em>b</em> <strong>c</strong></p><ol><li>d</li></ol>",
        (
            '<a href="https://happo.com/?a=1">x</a><a href="http://happo.com">y</a>'
            '<a href="mailto:a@b.se">z</a>'
        ),
        "5 > 4 & 3",
        "",
    ],
)
def test_allowed_tags_come_back_as_sent(anna: Recruiter, position: Position, html: str) -> None:
    assert anna.post("/positions", {"title": "T", "notes": html}).data["notes"] == html
    made = anna.post(candidates_of(position), {"name": "N", "description": html}).data
    assert made["description"] == html


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("<h1>Title</h1><span>text</span>", "Title text"),
        ("<script>alert(1)</script>left<style>b{}</style>", "left"),
        ('<b onclick="x()" class="y" style="z">bold</b>', "<b>bold</b>"),
        ('<div title="x" lang="en" dir="rtl" id="i">T</div>', "<div>T</div>"),
        ('<a href="https://a.test" title="x" lang="en">a</a>', '<a href="https://a.test">a</a>'),
        ('<a href="javascript:alert(1)">x</a>', "<a>x</a>"),
        ('<a href="data:text/html,x" rel="me" target="_blank">x</a>', "<a>x</a>"),
        (
            '<a href="//evil.example">x</a><a href="/admin">y</a><a href="?z">z</a>',
            "<a>x</a><a>y</a><a>z</a>",
        ),
        ("<img src=x onerror=alert(1)>", ""),
        ("<!-- secret -->seen", "seen"),
        ("<b>not closed", "<b>not closed</b>"),
        ("1 < 2", "1 &lt; 2"),
    ],
)
def test_other_tags_are_removed_and_their_text_stays(anna: Recruiter, sent: str, kept: str) -> None:
    assert anna.post("/positions", {"title": "T", "notes": sent}).data["notes"] == kept


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("<h2>About us</h2>We build boats", "About us We build boats"),
        ("About us<H2 CLASS=x>We build</H2 >boats", "About us We build boats"),
        ("<dl><dt>Pay</dt><dd>Good</dd></dl>", "Pay Good"),
        ("one<br>two<br/>three", "one two three"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b c"),
        ("<section>a</section>\n<section>b</section>", "a\nb"),
        ("<p>a</p><h2>b</h2><p>c</p>", "<p>a</p>b<p>c</p>"),
        ("<p>a<br>b</p>", "<p>a b</p>"),
        ("<b>a</b><hr><i>b</i>", "<b>a</b> <i>b</i>"),
        ("a<blockquote><pre>b</pre></blockquote>c", "a b c"),
        ("<ul><li>a</li><li>b</li></ul>c", "<ul><li>a</li><li>b</li></ul>c"),
        # Within a line nothing is separated, not by tags that HTML doesn't know either.
        ("w<span>or</span>d w<u>or</u>d w<font>or</font>d", "word word word"),
        ("a<x-card>b</x-card>c<wbr>d", "abcd"),
        # Parsers drop these where they are out of place.
        ("a<tr>b</tr><td class='x>'>c", "a b c"),
        ("<html><head><title>Job</title></head><body>We build</body></html>", "Job We build"),
        # What is no HTML, or another document, has text too.
        ("a<svg><text>b</text></svg>c", "abc"),
        ("a<template>b</template>c<math><mi>d</mi></math>", "abcd"),
        # An attribute is no text.
        (
            '<a href="https://a.test/?q=<h2>x</h2>">a</a><h2>b</h2>',
            '<a href="https://a.test/?q=&lt;h2&gt;x&lt;/h2&gt;">a</a> b',
        ),
        (
            '<a href="https://a.test/?q=<td>x</td>">a</a><td>b</td>',
            '<a href="https://a.test/?q=&lt;td&gt;x&lt;/td&gt;">a</a> b',
        ),
        ("&lt;h2&gt;a", "&lt;h2&gt;a"),
    ],
)
def test_words_apart_stay_apart(sent: str, kept: str) -> None:
    cleaned = clean_html(sent, field="notes")
    assert cleaned == kept
    assert clean_html(cleaned, field="notes") == cleaned


def test_cleaning_twice_changes_nothing(anna: Recruiter) -> None:
    once = anna.post("/positions", {"title": "T", "notes": "<p>R&D < <x>5</x>"}).data
    twice = anna.post(f"/positions/{once['id']}", {"title": "T", "notes": once["notes"]}).data
    assert twice["notes"] == once["notes"]


@pytest.mark.parametrize("text", ["x" * TEXT_BYTES, "ö" * (TEXT_BYTES // 2)])
def test_a_hundred_kilobytes_are_the_most(anna: Recruiter, text: str) -> None:
    assert anna.post("/positions", {"title": "T", "notes": text}).data["notes"] == text
    answer = anna.post("/positions", {"title": "T", "notes": text + "y"})
    assert answer.status == 400
    assert answer.message in (
        "notes must be at most 100000 bytes",
        "notes must be at most 100000 characters",
    )


def test_what_is_too_long_only_when_cleaned_is_refused(anna: Recruiter) -> None:
    answer = anna.post("/positions", {"title": "T", "notes": "<" * (TEXT_BYTES // 2)})
    assert (answer.status, answer.message) == (400, "notes must be at most 100000 bytes")


def test_tags_inside_of_tags_without_end_are_refused_before_they_cost_time(
    anna: Recruiter, position: Position
) -> None:
    answer = anna.post("/positions", {"title": "T", "notes": "<div>" * 1001})
    assert answer.status == 400
    assert answer.message.startswith("notes must not have more than 1000 tags")
    bulk = {"candidates": [{"name": "A"}, {"name": "B", "description": "<div>" * 1001}]}
    answer = anna.post(f"{candidates_of(position)}/bulk", bulk)
    assert answer.message.startswith("candidates[1].description must not have more")
    assert anna.post("/positions", {"title": "T", "notes": "<p>a<br>" * 2000}).status == 200


@pytest.mark.parametrize(
    "html",
    [
        # If it weren't rejected, each of these would take seconds, or become millions of elements.
        "<font></x>" * 9_000,
        "<li><dd>" * 11_000,
        "<div>" + "".join(f"<font a={n}>" for n in range(900)) + "</div>" + "<div>x</div>" * 6_000,
        "<div>" + "".join(f"<b a={n}><dd></b></dd>" for n in range(800)) + "x<dd></dd>" * 7_000,
        "<svg>" + "<dd></x>" * 12_000,
        # What only looks as if it closed a tag.
        "<font title='</font>'>" * 4_500,
        "<font><!--</font>-->" * 4_500,
        "<font><?</font>?>" * 5_000,
        "<svg>" + "<g><![CDATA[</g>]]>" * 5_000,
        "<font></b x='</font>'>" * 4_000,
        "<x><p></x></p>" * 7_000,
    ],
)
def test_text_that_would_take_long_to_clean_is_refused_before(
    html: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cleaned: list[str] = []
    monkeypatch.setattr(cleaning, "_take_tags", cleaned.append)
    with pytest.raises(Invalid) as refused:
        clean_html(html, field="notes")
    assert refused.value.problems[0].code in ("too_deep", "too_entangled")
    assert cleaned == []


@pytest.mark.parametrize(
    "html",
    [
        "<b>x</b>" * 12_000,
        "<p>x" * 12_000,
        "<ul>" + "<li>x" * 9_000 + "</ul>",
        "<p>a<br>" * 8_000,
        "<div><p><b>a</b> <i>b</i></p></div>" * 2_500,
        "<table><tr><td>a</td><td>b</td></tr></table>" * 2_000,
        "<b><i>x</b></i>" * 300,
        # As Word writes it.
        "<!--[if gte mso 9]><xml>"
        + '<w:LsdException Locked="false" Name="x"/>' * 400
        + "</xml><![endif]--><style><!-- p {} --></style>"
        + "<p class=MsoNormal style='margin:0'><span lang=\"SV\"><o:p>&nbsp;</o:p></span></p>"
        * 900,
    ],
)
def test_text_that_people_write_is_never_refused(html: str) -> None:
    assert clean_html(html, field="notes") is not None


@pytest.mark.parametrize("version", ["v20180701", "v20261201"])
def test_rights_are_checked_before_anything_is_cleaned(
    anna: Recruiter,
    stranger: Recruiter,
    client: Recruiter,
    supplier: Recruiter,
    position: Position,
    version: str,
) -> None:
    # Cleaning would find more tags inside of each other than it allows, which is a 400.
    html = "<div>" * 2_000
    candidates = candidates_of(position)
    candidate = f"{candidates}/{anna.post(candidates, {'name': 'N'}).data['id']}"
    writes = [
        ("POST", f"{candidates}/bulk", {"candidates": [{"name": "N", "description": html}] * 50}),
        ("POST", candidates, {"name": "N", "description": html}),
        ("POST", candidate, {"name": "N", "description": html}),
        ("POST", f"/positions/{position.id}", {"title": "T", "notes": html}),
    ]
    if version == "v20261201":
        writes += [
            ("PATCH", candidate, {"description": html}),
            ("PATCH", f"/positions/{position.id}", {"notes": html}),
        ]
    for method, path, body in writes:
        statuses = [
            replace(someone, version=version).call(method, path, body).status
            for someone in (stranger, client, anna)
        ]
        assert statuses == [404, 403, 400], path
    assert supplier.post(candidate, {"name": "N", "description": html}).status == 404


def test_html_costs_a_fixed_number_of_statements_more(anna: Recruiter, position: Position) -> None:
    path = f"{candidates_of(position)}/bulk"
    taken = []
    for count in (1, 50):
        with CaptureQueriesContext(connection) as queries:
            rows = [{"name": "N", "description": "<b>x</b>"}] * count
            assert anna.post(path, {"candidates": rows}).status == 200
        taken.append(
            len([query for query in queries.captured_queries if "recruiting" in query["sql"]])
        )
    assert taken[0] == taken[1]
