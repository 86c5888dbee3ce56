"""Days and starts that mail prints, in many languages; what may be two days is none."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from providers.contracts import Message, Sender
from providers.reading import Passage, find_date, interview_start
from tests.providers.reading.month_table import month_table, zone_table

TABLES = Path(__file__).resolve().parents[3] / "providers" / "reading"
DAY = date(2026, 9, 6)


@pytest.mark.parametrize(
    "text",
    [
        "Applied on September 6, 2026-----",
        "Applied Sep 6, 2026",
        "on 6th September 2026",
        "Beworben am 6. September 2026",
        "Candidature du 6 septembre 2026",
        "le 6 sept. 2026",
        "Solicitado el 6 de septiembre de 2026",
        "Candidatou-se em 6 de setembro de 2026",
        "6 de set. de 2026",
        "Candidato il 6 settembre 2026",
        "Gesolliciteerd op 6 sep. 2026",
        "Ansökte den 6 september 2026",
        "Zgłoszono 6 września 2026",
        "Başvuru 6 Eylül 2026",
        "2026-09-06",
        "am 6.9.2026",
        "2026年9月6日",
        "2026년 9월 6일에 지원함",
        "Дата подачи: 6 сентября 2026",
        "Надіслано 6 вересня 2026 р.",
        "Υποβλήθηκε στις 6 Σεπτεμβρίου 2026",
        "تم التقديم في 6 سبتمبر 2026",
        "הוגש: 6 בספטמבר 2026",
        "6 सितंबर 2026",
        "Jelentkezés: 2026. szeptember 6.",
        "2026 m. rugsėjo 6 d.",
        "已於 2026/9/6 申請",
        "2026. 9. 6.에 지원함",
        "2026. gada 6. septembris",
        "ngày 6 tháng 9 năm 2026",
        "6 de setembre de 2026",
        "10 jobs 2026, applied on 6 September 2026",
    ],
)
def test_a_printed_day_is_read(text: str) -> None:
    found = find_date(Passage("text", text))
    assert found
    assert found[1] == DAY
    assert found[0].text in text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Applied on Monday",
        "September 6",
        "09/06/2026",
        "31 February 2026",
        "6 September 1026",
        "v1.2.2026.5",
        "2026-13-01",
    ],
)
def test_what_may_be_two_days_or_none_is_none(text: str) -> None:
    assert find_date(Passage("text", text)) is None


@pytest.mark.parametrize(
    ("text", "day"), [("09/24/2026", 24), ("24/09/2026", 24), ("09-24-2026", 24), ("09/09/2026", 9)]
)
def test_a_day_with_slashes_counts_where_it_can_be_one_alone(text: str, day: int) -> None:
    found = find_date(Passage("text", text))
    assert found
    assert found[1] == date(2026, 9, day)


@pytest.mark.parametrize(("name", "table"), [("months", month_table), ("zones", zone_table)])
def test_the_tables_are_those_of_cldr(name: str, table) -> None:
    assert json.loads((TABLES / f"{name}.json").read_text(encoding="utf-8")) == table()


def start(*lines: str) -> datetime | None:
    calendar = "\r\n".join(("BEGIN:VCALENDAR", *lines, "END:VCALENDAR"))
    message = Message(
        id="1",
        received_at=datetime(2026, 9, 1, tzinfo=UTC),
        sender=Sender(address="a@b.test"),
        calendar=(calendar,),
    )
    found = interview_start(message)
    return found[1] if found else None


NINE = datetime(2026, 9, 3, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "line",
    [
        "DTSTART:20260903T090000Z",
        "DTSTART;TZID=Europe/Berlin:20260903T110000",
        'DTSTART;TZID="America/New_York":20260903T050000',
        "DTSTART;TZID=W. Europe Standard Time:20260903T110000",
        "DTSTART;TZID=/freeassociation.sourceforge.net/Europe/Berlin:20260903T110000",
        "DTSTART;TZID=Europe/Be\r\n rlin:20260903T110000",
    ],
)
def test_an_invitation_says_when_the_interview_begins(line: str) -> None:
    zone = ("BEGIN:VTIMEZONE", "DTSTART:16010101T030000", "END:VTIMEZONE")
    assert start("METHOD:REQUEST", *zone, "BEGIN:VEVENT", line, "END:VEVENT") == NINE


@pytest.mark.parametrize("junk", ["application; ", ';"', ';"a"', ";a=", 'a;b"c";'])
def test_a_line_of_parameters_without_a_value_is_passed_over(junk: str) -> None:
    lines = ("METHOD:REQUEST", "BEGIN:VEVENT", "A;" + junk * 500, "DTSTART:20260903T090000Z")
    assert start(*lines) == NINE


@pytest.mark.parametrize(
    "lines",
    [
        ("METHOD:REQUEST", "BEGIN:VEVENT", "DTSTART;VALUE=DATE:20260903", "END:VEVENT"),
        ("METHOD:REQUEST", "BEGIN:VEVENT", "DTSTART:20260903T090000", "END:VEVENT"),
        (
            "METHOD:REQUEST",
            "BEGIN:VEVENT",
            "DTSTART;TZID=Nowhere/Land:20260903T090000",
            "END:VEVENT",
        ),
        (
            "METHOD:REQUEST",
            "BEGIN:VEVENT",
            "DTSTART;TZID=../../etc/passwd:20260903T090000",
            "END:VEVENT",
        ),
        ("METHOD:REQUEST", "BEGIN:VEVENT", "DTSTART:20261399T990000Z", "END:VEVENT"),
        ("METHOD:CANCEL", "BEGIN:VEVENT", "DTSTART:20260903T090000Z", "END:VEVENT"),
        ("METHOD:REPLY", "BEGIN:VEVENT", "DTSTART:20260903T090000Z", "END:VEVENT"),
        ("BEGIN:VEVENT", "DTSTART:20260903T090000Z", "STATUS:CANCELLED", "END:VEVENT"),
        ("BEGIN:VTODO", "DTSTART:20260903T090000Z", "END:VTODO"),
    ],
)
def test_what_is_no_invitation_to_a_moment_says_none(lines: tuple[str, ...]) -> None:
    assert start(*lines) is None
