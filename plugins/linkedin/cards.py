"""The card of the job that the mail is about, never one of the recommended jobs below it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile

from plugins.linkedin.addresses import is_applied, is_recommended, job_id
from plugins.linkedin.rendered import find_linked_title
from plugins.linkedin.rows import Rows, read_rows, split_known
from providers.messages import Message
from providers.reading import (
    Passage,
    Piece,
    company_key,
    find_date,
    fold,
    page_of,
    text_of,
    visible_of,
)

HOSTS = ("linkedin.com",)
LOGO_HOSTS = ("licdn.com",)
LOGOS = 'img[src*="company-logo_"]'
_MAYBE_JOB = 'a[href*="jobs/view"],a[href*="jobs%2Fview" i],a[href*="obId="]'
_APPLIED_CARD = '[data-test-id*="applied-job"],[data-test-id*="applied_job"]'
_DIVIDER = re.compile(r"\s*[-_=*]{5,}.*|.*[-_=]{10,}\s*")
# `Applied 2 days ago`, `Beworben am 6. Sept.`: a day without its year is none.
_SINCE = re.compile(
    r"^(?:applied|submitted|beworben|postulé|candidature envoyée|solicitado|solicitud enviada|ti"
    r" sei candidat"
    r"|candidatura inviata|candidatou-se|candidatura enviada|gesolliciteerd|ansökte|ansökan"
    r" skickad)\b",
    re.IGNORECASE,
)
_PROSE = re.compile(r"(?:\S+\s+){4,}.*[.!?:…]|.*[,;]")
_ADDRESS = re.compile(r"https?://[^\s<>\"]+")
_MAX_CHARACTERS = 20_000
_BLOCK_CHARACTERS = 6_000
_MAX_ROWS = 6


@dataclass(frozen=True)
class Card:
    """The job, as far as its card says. `link` is an address in the mail, with a job id in it."""

    rows: Rows
    link: Passage | None = None
    logo: Passage | None = None
    applied: Passage | None = None


@dataclass(frozen=True)
class Wanted:
    """What is known of the job before its card is read.

    `find_title`, `companies`: as the subject and the first line say. `is_first`: mail of this kind has the job's card
    first.
    """

    subject: Passage
    find_title: Callable[[], Passage | None]
    companies: Collection[str]
    is_first: bool

    @cached_property
    def title(self) -> Passage | None:
        """The title, looked for where a card leaves a doubt: nearly all cards leave none."""
        return self.find_title()

    def fits(self, rows: Rows) -> bool:
        """Tell whether these rows are the job's: a card that contradicts the subject is another job's."""
        if self.title:
            return rows.title is not None and fold(rows.title.text) == fold(self.title.text)
        subject = fold(self.subject.text)
        keys = {company_key(company) for company in self.companies}
        if rows.company and (
            company_key(rows.company.text) in keys or fold(rows.company.text) in subject
        ):
            return True
        return rows.title is not None and fold(rows.title.text) in subject


def find_card(message: Message, wanted: Wanted) -> Card | None:
    """Return the card of the job, from the HTML, else from the text."""
    from_page = _card_of_page(message, wanted)
    if from_page and from_page.link and from_page.applied and _is_whole(from_page.rows):
        return from_page
    from_text = _card_of_text(message, wanted)
    if from_page is None or from_text is None:
        return from_page or from_text
    better = from_text if _is_whole(from_text.rows) and not _is_whole(from_page.rows) else from_page
    return Card(
        better.rows,
        from_page.link or from_text.link,
        from_page.logo,
        from_page.applied or from_text.applied,
    )


def _is_whole(rows: Rows) -> bool:
    return bool(rows.title and rows.company)


def _card_of_page(message: Message, wanted: Wanted) -> Card | None:
    page = page_of(message)
    card = page.first(_APPLIED_CARD)
    own = _job_links(card) if card else []
    links = own or _job_links(page)
    own = own or [pair for pair in links if is_applied(pair[1].text)]
    chosen = own or [pair for pair in links if not is_recommended(pair[1].text)]
    number = job_id(chosen[0][1].text) if chosen else None
    same = [pair for pair in chosen if job_id(pair[1].text) == number]
    if card is None and not same:
        return None
    logo = next(_logos(card, same), None)
    named = logo.attribute("alt") if logo else None
    companies = [*([named.text] if named else []), *wanted.companies]
    title = _title_in(card, same, companies)
    rows = _rows_below(title, _lines_of(message, card), companies) if title else None
    is_certain = bool(own or card) or (wanted.is_first and wanted.title is None)
    if rows is None or not (is_certain or wanted.fits(rows)):
        return None
    return Card(
        rows,
        same[0][1] if same else None,
        logo.attribute("src") if logo else None,
        _applied_line(rows.rest),
    )


def _job_links(piece: Piece) -> list[tuple[Piece, Passage]]:
    links = ((link, link.attribute("href")) for link in piece.all(_MAYBE_JOB))
    return [(link, address) for link, address in links if address and job_id(address.text)]


def _logos(card: Piece | None, links: list[tuple[Piece, Passage]]) -> Iterator[Piece]:
    for piece in [*([card] if card else []), *(link for link, _ in links)]:
        yield from piece.all(LOGOS)
    if links and (row := links[0][0].closest("tr")):
        yield from row.all(LOGOS)


def _title_in(
    card: Piece | None, links: list[tuple[Piece, Passage]], companies: Collection[str]
) -> Passage | None:
    """Return the line that is the title: of the links to one job one may be a picture, one the whole card."""
    named = card and card.first("a.text-md")
    keys = {company_key(company) for company in companies}
    first = None
    for piece in [*([named] if named else []), *(link for link, _ in links[:12])]:
        for line in piece.passage.first_lines(2):
            first = first or line
            if company_key(line.text) not in keys and not split_known(line, keys):
                return line
    return first


def _lines_of(message: Message, card: Piece | None) -> Iterator[tuple[Passage, ...]]:
    if card:
        yield card.passage.lines
    yield visible_of(message).cut(0, _MAX_CHARACTERS).lines


def _rows_below(
    title: Passage, places: Iterator[tuple[Passage, ...]], companies: Collection[str]
) -> Rows | None:
    wanted = fold(title.text)
    for lines in places:
        for index, line in enumerate(lines):
            if fold(line.text) == wanted:
                below = lines[index + 1 : index + 1 + _MAX_ROWS]
                if rows := read_rows((title, *below), companies):
                    return rows
    return Rows(title)


def _applied_line(lines: Sequence[Passage]) -> Passage | None:
    return next((line for line in lines[:3] if find_date(line)), None)


def _card_of_text(message: Message, wanted: Wanted) -> Card | None:
    written = text_of(message)
    if card := _card_of_links(written.cut(0, _MAX_CHARACTERS), wanted):
        return card
    block = _first_block(written.cut(0, _BLOCK_CHARACTERS).lines, wanted)
    lines = block.rows
    if not (wanted.is_first or wanted.title):
        # Below the words of an update, the employer's name is a signature: `Regards, / Acme`.
        lines = list(takewhile(lambda line: not _PROSE.fullmatch(line.text), lines))
    rows = read_rows(lines[:_MAX_ROWS], wanted.companies)
    link = block.link and _address_in(block.link)
    if rows and (wanted.fits(rows) or (wanted.is_first and wanted.title is None)):
        return Card(rows, link, None, block.applied)
    # The link below the headline alone is the job's; below three lines it may be another's.
    return (
        Card(Rows(), link, None, block.applied)
        if wanted.is_first and link and len(block.rows) < 3
        else None
    )


def _card_of_links(written: Passage, wanted: Wanted) -> Card | None:
    """Return the card of text that a mail program made of the HTML."""
    found = find_linked_title(written.lines) if "<http" in written.text else None
    if found is None:
        return None
    title, below = found
    rows = read_rows((title.words, *below[:_MAX_ROWS]), wanted.companies, is_page=True)
    if rows is None or not (wanted.fits(rows) or (wanted.is_first and wanted.title is None)):
        return None
    return Card(rows, title.address, None, _applied_line(rows.rest))


@dataclass
class _Block:
    """The first lines below the headline, up to the job's link or the day of the application."""

    rows: list[Passage]
    link: Passage | None = None
    applied: Passage | None = None


def _first_block(lines: Sequence[Passage], wanted: Wanted) -> _Block:
    block = _Block([])
    start = _below_headline(lines, wanted)
    for line in lines[start : start + 12]:
        if job_id(line.text):
            if block.link:
                break
            block.link = line
        elif _DIVIDER.fullmatch(line.text):
            if not (block.link or block.applied or find_date(line)) or block.applied:
                break
            block.applied = line if find_date(line) else None
        elif find_date(line) and (block.link or len(block.rows) > 1):
            block.applied = line
        elif len(block.rows) > 1 and line.search(_SINCE) and not _names_company(line, wanted):
            continue
        elif block.link or block.applied:
            break
        else:
            block.rows.append(line)
    return block


def _names_company(line: Passage, wanted: Wanted) -> bool:
    return any(fold(line.text).startswith(fold(company)) for company in wanted.companies)


def _below_headline(lines: Sequence[Passage], wanted: Wanted) -> int:
    """Return where the lines below the headline begin, which the subject repeats and which may be broken in two."""
    said = fold(wanted.subject.text)
    names = {fold(company) for company in wanted.companies}
    for index, line in enumerate(lines[:6]):
        words = fold(line.text)
        if words in names:
            break
        if len(words) > 3 and said.endswith(words):
            return index + 1
        if index + 1 < len(lines) and said.endswith(fold(f"{line.text} {lines[index + 1].text}")):
            return index + 2
    return 1


def _address_in(line: Passage) -> Passage | None:
    found = line.search(_ADDRESS)
    return found.whole if found else None
