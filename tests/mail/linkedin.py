"""Synthetic mail of LinkedIn: the job applied for in a card, members' photos, recommended jobs below, and long markup.

`confirmation()` of about 110 kB is what the benchmark reads.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape

from providers.conformance.mail_writer import Mail

APPLIED = "email_application_confirmation_with_nba_01"
APPLIED_2018 = "jobs_applicant_applied"
VIEWED = "email_jobs_job_application_viewed_01"
REJECTED = "email_jobs_application_rejected_01"
SENDER = "LinkedIn <jobs-noreply@linkedin.com>"
_SIGNS_IN = "midToken=AQF0synthetic&midSig=3synthetic&otpToken=MTMwNTAxZTIsyntheticMTUyYw"
_PHOTO = (
    "https://media.licdn.com/dms/image/v2/C4D03AQEsynthetic/profile-displayphoto-shrink_100_100"
    "/0/15?e=2147483647&v=beta&t=photo0synthetic"
)
# As many styles as the real mail has: the text is a hundredth of it.
_STYLE = (
    "-webkit-text-size-adjust:100%;mso-table-lspace:0pt;mso-table-rspace:0pt;"
    "-ms-text-size-adjust:100%;"
    "font-family:-apple-system,system-ui,BlinkMacSystemFont,'Segoe UI',Roboto,'Helvetica"
    " Neue','Fira Sans',"
    "Ubuntu,Oxygen"
)


@dataclass(frozen=True, kw_only=True)
class Job:
    """A job as its card shows it. `brand`: the name on the card, where the page has another."""

    title: str
    company: str
    location: str = "Berlin, Germany (Hybrid)"
    number: int = 4285785299

    @property
    def logo(self) -> str:
        return (
            f"https://media.licdn.com/dms/image/v2/D4E0BAQ{self.number:x}synthetic"
            "/company-logo_100_100/"
            f"company-logo_100_100/0/1719256{self.number % 1000:03}?e=2147483647&v=beta"
            f"&t=logo{self.number}synthetic"
        )


@dataclass(frozen=True, kw_only=True)
class Words:
    """The fixed words of one language. `sent`: the headline, with `{company}`; `greeting`: what goes before it."""

    sent: str = "Your application was sent to {company}"
    first_name: str = "Jo, "
    view: str = "View job"
    applied: str = "Applied on September 6, 2026"
    similar: str = "Jobs similar to yours"


ENGLISH = Words()

# The languages that have wording, and others that LinkedIn writes too.
LANGUAGES = {
    "en": ENGLISH,
    "de": Words(
        sent="Ihre Bewerbung wurde an {company} gesendet",
        view="Jobangebot",
        applied="Beworben am 6. September 2026",
        similar="Ähnliche Jobs",
    ),
    "fr": Words(
        sent="votre candidature a été envoyée à {company}",
        view="Voir l\u2019offre",
        applied="Candidature envoyée le 6 septembre 2026",
        similar="Offres similaires",
    ),
    "es": Words(
        sent="tu solicitud se ha enviado a {company}",
        view="Ver empleo",
        applied="Solicitado el 6 de septiembre de 2026",
        similar="Empleos similares",
    ),
    "it": Words(
        sent="La tua candidatura è stata inviata a {company}",
        first_name="",
        view="Vedi offerta",
        applied="Candidatura inviata il 6 settembre 2026",
        similar="Offerte simili",
    ),
    "nl": Words(
        sent="je sollicitatie is verzonden naar {company}",
        view="Vacature bekijken",
        applied="Gesolliciteerd op 6 september 2026",
        similar="Vergelijkbare vacatures",
    ),
    "pt": Words(
        sent="sua candidatura foi enviada à {company}",
        view="Visualizar vaga",
        applied="Candidatou-se em 6 de setembro de 2026",
        similar="Vagas semelhantes",
    ),
    "sv": Words(
        sent="din ansökan har skickats till {company}",
        view="Visa jobb",
        applied="Ansökte den 6 september 2026",
        similar="Liknande jobb",
    ),
    "tr": Words(
        sent="başvurunuz {company} şirketine gönderildi",
        view="İş ilan\u0131n\u0131 görüntüle",
        applied="6 Eylül 2026 tarihinde başvuruldu",
        similar="Benzer ilanlar",
    ),
    "pl": Words(
        sent="twoja aplikacja trafiła do {company}",
        view="Wyświetl ofertę",
        applied="Aplikowano 6 września 2026",
        similar="Podobne",
    ),
    "ru": Words(
        sent="Ваша заявка отправлена в {company}",
        first_name="",
        view="Просмотреть вакансию",
        applied="Дата подачи: 6 сентября 2026",
        similar="Похожие вакансии",
    ),
    "hu": Words(
        sent="Jelentkezését elküldtük ide: {company}",
        first_name="",
        view="Állás megtekintése",
        applied="Jelentkezés dátuma: 2026. szeptember 6.",
        similar="Hasonló állások",
    ),
    "ar": Words(
        sent="تم إرسال طلبك إلى {company}",
        first_name="",
        view="عرض الوظيفة",
        applied="تم التقديم في 6 سبتمبر 2026",
        similar="وظائف مشابهة",
    ),
    "ja": Words(
        sent="{company}に応募が送信されました",
        view="求人を見る",
        applied="2026年9月6日に応募",
        similar="類似の求人",
    ),
}
OTHERS = (
    Job(
        title="Line Cook at Night",
        company="Bistro Vert",
        location="Lyon, France (On-site)",
        number=4100000001,
    ),
    Job(
        title="Pastry Chef",
        company="Sugar & Sons",
        location="Graz, Austria (Hybrid)",
        number=4100000002,
    ),
    Job(
        title="Sommelier",
        company="Cellar - Nine",
        location="Porto, Portugal (Remote)",
        number=4100000003,
    ),
)


@dataclass(frozen=True, kw_only=True)
class Look:
    """How the card is built. `attributes`: whether the mail's client kept data attributes, classes and parameters."""

    attributes: bool = True
    photo: bool = True
    split_rows: bool = False
    separator: str = " · "
    others: tuple[Job, ...] = field(default=OTHERS * 4)


USUAL = Look()


def headline(words: Words, company: str) -> str:
    return words.sent.format(company=company)


def subject_of(words: Words, company: str) -> str:
    sent = headline(words, company)
    return words.first_name + (sent[0].lower() + sent[1:] if words.first_name else sent)


def confirmation(
    job: Job,
    *,
    words: Words = ENGLISH,
    page: str | None = None,
    key: str | None = APPLIED,
    subject: str | None = None,
    look: Look = USUAL,
    opening: str | None = None,
) -> Mail:
    """Return the mail that a member gets. `page`: the company in subject and headline; `opening`: the headline."""
    named = page or job.company
    top = opening or headline(words, named)
    template = key or APPLIED
    headers = {
        "X-LinkedIn-Class": "EMAIL-DEFAULT",
        "List-Unsubscribe": "<https://www.linkedin.com/e/v2?a=unsubscribe>",
    }
    if key:
        headers["X-LinkedIn-Template"] = key
    return Mail(
        sender=SENDER,
        subject=subject or subject_of(words, named),
        text=plain_text(job, top, words, template, look),
        html=page_html(job, top, words, template, look),
        headers=headers,
    )


def plain_text(job: Job, top: str, words: Words, template: str, look: Look) -> str:
    blocks = [f"{top}\n", _lines(job, words, template, "applied_jobs-0")]
    blocks.append("-" * 50 + f"\n{words.applied}\n" + "-" * 50 + f"\n\n{words.similar}\n")
    blocks += [
        _lines(other, words, template, f"jymbii-{place}") for place, other in enumerate(look.others)
    ]
    blocks.append(
        "-" * 50 + "\n\nThis email was intended for Jo Doe (Head Chef at Old Mill - Bakery)\n"
        "Learn why we included this: https://www.linkedin.com/help/linkedin/answer/4788?lang=en\n"
    )
    return "\n".join(blocks)


def _lines(job: Job, words: Words, template: str, section: str) -> str:
    return (
        f"{job.title}\n{job.company}\n{job.location}\n{words.view}:"
        f" {address(job, template, section, 'jobcard')}\n"
    )


def address(job: Job, template: str, section: str, part: str) -> str:
    return (
        f"https://www.linkedin.com/comm/jobs/view/{job.number}/?trackingId=syn{job.number}"
        f"&refId=ref{job.number}"
        f"&lipi=urn%3Ali%3Apage%3Aemail_{template}%3Bsynthetic&{_SIGNS_IN}"
        f"&trk=eml-{template}-{section}-{part}"
    )


def page_html(job: Job, top: str, words: Words, template: str, look: Look) -> str:
    photo = (
        f'<img src="{escape(_PHOTO)}" alt="Jo Doe" width="32" style="{_STYLE}">'
        if look.photo
        else ""
    )
    cards = "".join(
        _card(other, template, f"jymbii-{place}", look, "job-card")
        for place, other in enumerate(look.others)
    )
    padding = "&nbsp;&zwnj;&#847; " * 60
    return (
        "<html><head><title>x</title><style>.a{color:#000} .applied-dates{margin:0}</style></head>"
        f'<body style="{_STYLE}">'
        f'<div style="display:none;max-height:0;overflow:hidden">{escape(job.title)} {padding}'
        f"</div>"
        f'<table role="presentation" style="{_STYLE}"><tbody><tr><td>'
        f'<a href="https://www.linkedin.com/comm/feed/?{escape(_SIGNS_IN)}">'
        f'<img alt="LinkedIn" src="https://static.licdn.com/aero-v1/sc/h/logo"></a></td>'
        f"<td>{photo}</td></tr></tbody></table>"
        f'<table role="presentation" style="{_STYLE}"><tbody><tr><td><h2'
        f' style="{_STYLE}">{escape(top)}</h2></td></tr>'
        f"{_card(job, template, 'applied_jobs-0', look, 'applied-job-posting', words.applied)}"
        f'<tr><td><h3 style="{_STYLE}">{escape(words.similar)}</h3></td></tr>{cards}</tbody>'
        f"</table>"
        f'<p style="{_STYLE}">This email was intended for Jo Doe (Head Chef at Old Mill -'
        f" Bakery)</p>"
        f"<p>© 2026 LinkedIn Corporation, 1000 West Maude Avenue, Sunnyvale, CA 94085.</p>"
        f"</body></html>"
    )


def _card(
    job: Job, template: str, section: str, look: Look, test_id: str, applied: str = ""
) -> str:
    def link(part: str) -> str:
        full = address(job, template, section, part)
        return escape(full if look.attributes else full.partition("?")[0])

    test = f'data-test-id="{test_id}" ' if look.attributes else ""
    kind = (
        'class="font-bold text-md leading-regular text-system-blue-50" ' if look.attributes else ""
    )
    dates = (
        f'<p {kind and "class=applied-dates "}style="{_STYLE}">{escape(applied)}</p>'
        if applied
        else ""
    )
    logo = (
        f'<a href="{link("company_logo")}"><img src="{escape(job.logo)}"'
        f' alt="{escape(job.company)}" width="48"></a>'
    )
    title = f'<a {kind}href="{link("job_posting")}" style="{_STYLE}">{escape(job.title)}</a>'
    place = (
        f'<p style="{_STYLE}">{escape(job.company)}{look.separator}{escape(job.location)}'
        f"</p>{dates}"
    )
    inner = (
        f'<table style="{_STYLE}"><tr><td>{logo}</td><td>{title}</td></tr></table></td></tr><tr>'
        f"<td>{place}"
        if look.split_rows
        else f'<table style="{_STYLE}"><tbody><tr><td>{logo}</td><td>'
        f'<table style="{_STYLE}"><tbody><tr><td>{title}</td></tr>'
        f"<tr><td>{place}</td></tr></tbody></table></td></tr></tbody></table>"
    )
    return f'<tr {test}style="{_STYLE}"><td style="{_STYLE}">{inner}</td></tr>'


def long_confirmation() -> Mail:
    """Return a confirmation whose HTML has about 110 kB, as real ones have."""
    job = Job(title="Senior Platform Engineer (m/w/d)", company="Northwind & Söhne")
    return confirmation(job, look=Look(others=OTHERS * 14))
