"""Which job a mail is about: its title, its employer and the employer's number of it, in the languages of the tables.

A company that the sender's name, the subject and the sentences agree on is masked before the title is looked for: so
`Developer at Scale Lead at Foo Corp` is cut where it should be, and a name that holds full stops ends no sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from providers.reading.languages import rank_languages
from providers.reading.naming.candidates import MAYBE, SENDER
from providers.reading.naming.companies import find_company, is_plausible
from providers.reading.naming.mentions import Candidate, Mail
from providers.reading.naming.tables import FOLDER, Naming, load_naming
from providers.reading.naming.titles import find_title, labelled
from providers.reading.passages import Passage, plain

__all__ = ["LANGUAGES", "Job", "Naming", "labelled_value", "load_naming", "name_job"]

# More than this says nothing new; hostile mail goes on for a megabyte.
MAX_SUBJECT, MAX_BODY = 500, 20_000
_MAX_LANGUAGES = 3
LANGUAGES = tuple(sorted(path.stem for path in FOLDER.glob("*.json")))


@dataclass(frozen=True)
class Job:
    """What a mail calls the job; None for what it doesn't say."""

    title: Passage | None
    company: Passage | None


def languages_in(passages: Iterable[Passage], *, also: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the languages of the tables that the passages may be in, the likeliest first; English where none is.

    `also`: the codes of others that the mail may be in.
    """
    text = plain("\n".join(passage.text for passage in passages)).lower()
    known = [code for code in dict.fromkeys([*rank_languages(text), *also]) if code in LANGUAGES]
    return tuple(known[:_MAX_LANGUAGES]) or ("en",)


def name_job(
    subject: Passage,
    bodies: Sequence[Passage],
    *,
    languages: Sequence[str] = ("en",),
    subjects: Sequence[str] = (),
    sender: Passage | None = None,
    sender_is_employer: bool = True,
    people: frozenset[str] = frozenset(),
    nicknamed: bool = False,
) -> Job:
    """Return the title and the company of the job that the mail is about.

    `languages`: those the mail may be in, the likeliest first. `subjects`: frames of whole subjects that this system
    sends. `sender`: the employer as the sender's name has it; `sender_is_employer`: False where it may be a person's.
    `nicknamed`: whether it may be
    short for the employer's. `people`: names (in lower case) that are the applicant's.
    """
    codes = tuple(dict.fromkeys(languages))
    subject = subject.cut(0, MAX_SUBJECT)
    bodies = tuple(body.cut(0, MAX_BODY) for body in bodies)
    mail = Mail(subject, bodies, sender or Passage("sender", ""), people, nicknamed)
    # The first language says it all, mostly.
    for tried in (codes[:1], codes):
        naming = [load_naming(code) for code in tried]
        known = sender and (sender_is_employer or is_plausible(sender.text, people, naming))
        candidate = (
            Candidate(sender, SENDER if sender_is_employer else MAYBE) if sender and known else None
        )
        company = find_company(mail, naming, subjects, sender=candidate)
        title = find_title(
            subject,
            mail.bodies,
            naming,
            subjects,
            company=company.text if company else None,
            people=people,
        )
        if (company and title) or len(codes) == 1:
            break
    return Job(title, company)


def labelled_value(
    field: str, bodies: Sequence[Passage], languages: Sequence[str]
) -> Passage | None:
    """Return what stands behind a label of this field in one of the languages, None where there is none."""
    return next(
        (value for code in languages for value in labelled(field, bodies, load_naming(code))), None
    )
