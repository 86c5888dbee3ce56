"""Synthetic mail of Indeed: receipts of 2018 and of today, and news of an application."""

from __future__ import annotations

from html import escape

from providers.conformance.mail_writer import Mail

APPLY = "Indeed Apply <indeedapply@indeed.com>"
STATUS = "Indeed <noreply@indeed.com>"
_FOOTER = (
    "Indeed tip: never share your bank details when applying for a job,"
    " and don't take job offers without an interview."
)
_KEY = "eyJhbGciOiJIUzI1NiJ9syntheticApiToken0"


def receipt(
    title: str,
    company: str,
    *,
    location: str = "Austin, TX 78701",
    subject: str = "Indeed Application: {title}",
    sent: str = "The following items were sent to {company}. Good luck!",
    page: bool = True,
    job: str = "",
    keyed: bool = True,
) -> Mail:
    """Return today's receipt. `page`: the employer has a page at Indeed. `job`: parameters of the title's address."""
    name = escape(company)
    linked = (
        f'<a href="http://www.indeed.com/cmp/Some-Slug?campaignid=IAconfirm'
        f'&amp;from=iaconfirm">{name}</a>'
    )
    address = (
        f"https://apply.indeed.com/indeedapply/confirmemail/viewjob?iaUid=1h2synthetic"
        f"&apiToken={_KEY}{job}"
    )
    html = (
        "<html><head><style>.m-pHeader{color:#2d2d2d}</style></head><body>"
        '<table><tr><td><img alt="Indeed" src="https://x.indeed.com/l">'
        '</td></tr><tr><td><img alt="o\'clock" src="https://x.indeed.com/i"> Application'
        " submitted</td></tr>"
        f'<tr><td><h1><a href="{escape(address)}">{escape(title)}</a></h1></td></tr>'
        f"<tr><td><strong>{linked if page else name}</strong> - {escape(location)}</td></tr>"
        f'<tr><td><p class="m-pHeader">{escape(sent.format(company=company))}</p>'
        "<ul><li>Application</li><li>Resume</li></ul></td></tr>"
        "<tr><td><h2>Similar jobs</h2>"
        '<a href="https://www.indeed.com/viewjob?jk=fedcba9876543210">Other Job</a> <strong>'
        '<a href="http://www.indeed.com/cmp/Other?campaignid=other">Other Company</a></strong> -'
        " Elsewhere, NV</td></tr>"
        f"<tr><td>{_FOOTER}</td></tr><tr><td>© 2026 Indeed, Inc.</td></tr></table></body></html>"
    )
    headers = {
        "Reply-To": "do-not-reply@indeed.com",
        "X-Indeed-Client-App": "indeed-apply",
        "x-campaign-id": "IAconfirm",
    }
    if keyed:
        headers["X-Indeed-Content-Type"] = "INDEED_APPLY_CONFIRMATION_EMAIL_TRANSACTIONAL"
    return Mail(
        sender=APPLY,
        subject=subject.format(title=title),
        text=f"Your application has been submitted. Good luck!\n\n{_FOOTER}\n",
        html=html,
        headers=headers,
    )


def receipt_2018(title: str, company: str) -> Mail:
    """Return the receipt of 2018 to 2020."""
    said = (
        f"You submitted an application for: {title} with {company}. Your application has been"
        f" submitted. Good luck!"
    )
    html = (
        f"<html><body><p>{escape(said)}</p><p>Get job updates from <b>{escape(company)}</b>.<br>"
        "<i>By selecting this option, you agree to our terms.</i></p></body></html>"
    )
    return Mail(sender=APPLY, subject=f"Indeed Application: {title}", text=said + "\n", html=html)


REFUSALS = {
    "en": (
        "An update on your application from {company}",
        (
            "Thank you for applying to the {title} position at {company}. "
            "Unfortunately, {company} has moved to the next step in their hiring process,"
            " and your application was not selected at this time."
        ),
    ),
    "de": (
        "Neuigkeiten zu Ihrer Bewerbung von {company}",
        (
            "Vielen Dank für Ihre Bewerbung auf die Stelle {title} bei {company}. "
            "Leider können wir Ihre Bewerbung nicht berücksichtigen."
        ),
    ),
    "fr": (
        "Du nouveau concernant votre candidature chez {company}",
        (
            "Merci pour votre candidature au poste de {title} chez {company}. "
            "Malheureusement, votre candidature n'a pas été retenue."
        ),
    ),
    "es": (
        "Novedades sobre tu solicitud en {company}",
        (
            "Gracias por enviar tu solicitud para el puesto de {title} en {company}. "
            "No continuaremos con tu candidatura."
        ),
    ),
    "it": (
        "Aggiornamento sulla tua candidatura da {company}",
        (
            "Grazie per la tua candidatura per la posizione di {title} presso {company}. "
            "Abbiamo deciso di proseguire con altri profili."
        ),
    ),
    "nl": (
        "Update over je sollicitatie bij {company}",
        (
            "Bedankt voor je sollicitatie naar de functie van {title} bij {company}. "
            "We gaan verder met een andere kandidaat."
        ),
    ),
    "pt": (
        "Atualização sobre sua candidatura na {company}",
        (
            "Obrigado por se candidatar à vaga de {title} na {company}. "
            "Não daremos seguimento à sua candidatura."
        ),
    ),
    "sv": (
        "En uppdatering om din ansökan från {company}",
        (
            "Tack för din ansökan till tjänsten som {title} på {company}. "
            "Vi har valt att gå vidare med andra kandidater."
        ),
    ),
}


def refusal(title: str, company: str, *, language: str = "en") -> Mail:
    """Return news of a refusal."""
    subject, body = (words.format(title=title, company=company) for words in REFUSALS[language])
    return Mail(
        sender=STATUS,
        subject=subject,
        text=f"{body}\n\n{_FOOTER}\n",
        html=f"<html><body><p>{escape(body)}</p><p>{_FOOTER}</p></body></html>",
    )
