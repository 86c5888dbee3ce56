"""What the parts of a mail hold: text, HTML, invitations, mail within mail, and what can't be read."""

from __future__ import annotations

from dataclasses import dataclass, field

from providers.messages import MAX_TEXT_BYTES
from providers.mime.forwards import may_show_forward
from providers.mime.limits import MAX_CALENDARS, MAX_TAGS
from providers.mime.parts import Part, walk

MAX_INNER_MAILS = 2
_CALENDARS = frozenset({"text/calendar", "application/ics"})
_SMIME = "S/MIME that only the receiver's program can open"
_TNEF = "winmail.dat, which only Outlook reads"
_OPAQUE = {
    "application/pkcs7-mime": _SMIME,
    "application/x-pkcs7-mime": _SMIME,
    "application/ms-tnef": _TNEF,
    "application/vnd.ms-tnef": _TNEF,
    "application/pgp-encrypted": "encrypted with PGP",
}
# The same by the names of files, where a gateway has made the type a general one.
_OPAQUE_FILES = {"winmail.dat": _TNEF, "smime.p7m": _SMIME}


@dataclass(slots=True)
class Bodies:
    """`notes`: what wasn't read, for people. `inner`: the mails within (message/rfc822). `sealed`: has opaque parts."""

    text: str = ""
    html: str = ""
    calendar: tuple[str, ...] = ()
    inner: list[bytes] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    sealed: bool = False

    def is_unreadable(self) -> bool:
        """Tell whether all that the mail holds can be opened by other programs alone."""
        shown = self.text.strip() or self.html.strip() or self.calendar or self.inner
        return self.sealed and not shown


def read_bodies(whole: Part) -> Bodies:
    """Return what the mail holds. Raises `Unreadable` above the limits."""
    bodies = Bodies()
    texts: list[str] = []
    htmls: list[str] = []
    calendars: dict[str, None] = {}
    for part in walk(whole):
        if _is_mail(part):
            if len(bodies.inner) < MAX_INNER_MAILS:
                bodies.inner.append(part.decode())
        elif _is_calendar(part):
            if len(calendars) < MAX_CALENDARS:
                calendars.setdefault(_cut(part.text(), bodies.notes, "an invitation"), None)
        elif sealed := _what_seals(part):
            bodies.sealed = True
            bodies.notes.append(sealed)
        elif part.content_type == "text/plain" and _is_shown(part, texts):
            texts.append(part.text())
        elif part.content_type == "text/html" and _is_shown(part, htmls):
            htmls.append(part.text())
    bodies.text = _cut(_with_plain_breaks(_joined(texts)), bodies.notes, "text")
    bodies.html = _cut_tags(_cut(_joined(htmls), bodies.notes, "HTML"), bodies.notes)
    bodies.calendar = tuple(calendar for calendar in calendars if calendar.strip())
    return bodies


def holds_more(whole: Part) -> bool:
    """Tell whether a mail may hold another one, or something that can't be read. Raises `Unreadable` above the limits.

    HTML is looked at where there is no plain text.
    """
    texts: list[Part] = []
    for part in walk(whole):
        if _is_mail(part) or _what_seals(part):
            return True
        if part.content_type in ("text/plain", "text/html") and not part.is_attachment:
            texts.append(part)
    plain = [part for part in texts if part.content_type == "text/plain"]
    return any(may_show_forward(part.text(), is_markup=not plain) for part in plain or texts)


def _what_seals(part: Part) -> str | None:
    """Return why a part is opaque, None where it isn't."""
    return _OPAQUE.get(part.content_type) or _OPAQUE_FILES.get(part.filename.lower())


def _is_mail(part: Part) -> bool:
    if part.content_type in ("message/rfc822", "message/global"):
        return True
    return part.content_type == "application/octet-stream" and part.filename.lower().endswith(
        ".eml"
    )


def _is_calendar(part: Part) -> bool:
    return part.content_type in _CALENDARS or part.filename.lower().endswith(".ics")


def _is_shown(part: Part, before: list[str]) -> bool:
    """Tell whether a program shows the part in the mail: no attachment, and no named file below the first text."""
    return not part.is_attachment and not (before and part.filename)


def _joined(texts: list[str]) -> str:
    return "\n\n".join(text for text in texts if text.strip())


def _with_plain_breaks(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _cut_tags(html: str, notes: list[str]) -> str:
    """Return the HTML up to the last tag that is read: each of them takes memory, however short it is."""
    # The shortest tags have three characters: most HTML is too short to be counted.
    if len(html) <= 3 * MAX_TAGS or html.count("<") <= MAX_TAGS:
        return html
    notes.append(f"HTML cut at {MAX_TAGS:,} tags")
    return "<".join(html.split("<", MAX_TAGS + 1)[:-1])


def _cut(text: str, notes: list[str], what: str) -> str:
    if len(text) * 4 <= MAX_TEXT_BYTES or len(text.encode()) <= MAX_TEXT_BYTES:
        return text
    notes.append(f"{what} cut at 1 MiB")
    return text.encode()[:MAX_TEXT_BYTES].decode(errors="ignore")
