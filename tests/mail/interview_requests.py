"""Synthetic interview requests in the words of Hired and of Vettery."""

from __future__ import annotations

from html import escape

from providers.conformance.mail_writer import Mail

HIRED = "Hired <reply@hired.com>"
VETTERY = "Vettery <talent@connect.vettery.com>"


def hired(title: str, company: str, *, salary: str = " ($150,000)", sender: str = HIRED) -> Mail:
    """Return Hired's request: all is in the subject, and the body has the employer once more."""
    body = (
        f"Hi Jo,\n\n{company} would like to interview you for their {title} role.\n\n"
        "Please respond within two days: accept or decline the request on Hired.\n"
    )
    return Mail(
        sender=sender,
        subject=f"Interview Request: {title} at {company}{salary}",
        text=body,
        html="<html><body>"
        + "".join(f"<p>{escape(part)}</p>" for part in body.split("\n\n"))
        + "</body></html>",
    )


def vettery(
    title: str,
    company: str,
    *,
    take: bool = False,
    lines: bool = True,
    sender: str = VETTERY,
    salary: str = "$150,000",
) -> Mail:
    """Return Vettery's request. `take`: without the offer's sentence. `lines`: `<br>` between labels."""
    offer = "" if take else f"You have been asked for an interview with {company}. Interested?"
    end = "<br>" if lines else " "
    html = (
        f"<html><body><p>Hi Jo,</p><p>{escape(offer)}</p>"
        f"<p>Role: {escape(title)}{end}Salary: {salary}{end}Location: New York, NY</p>"
        f'<p><span style="font-weight:bold">Our take on {escape(company)}:</span></p>'
        "<p>They bake bread at night.</p></body></html>"
    )
    text = (
        f"Hi Jo,\n\n{offer}\n\nRole: {title}\nSalary: {salary}\nLocation: New York, NY\n\n"
        f"Our take on {company}:\n\nThey bake bread at night.\n"
    )
    return Mail(sender=sender, subject="You have a new Interview Request", text=text, html=html)
