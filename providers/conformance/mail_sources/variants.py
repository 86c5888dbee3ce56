"""The same mail in other clothes: other words, other MIME shapes, recommended jobs, secrets."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping
from html.entities import codepoint2name
from typing import Literal

from providers.conformance.mail_writer import WHOLE_SHAPES, WRAPPINGS, Mail, write_mail
from providers.messages import Message
from providers.mime.read import read_mail
from providers.reading.markup import visible_text

Place = Literal["subject", "sender", "headers", "text", "html", "calendar"]
SECRET = "kitS3cretK1tS3cretk1tS3cret"
_WRITTEN_ANEW = frozenset(
    {
        "from", "to", "subject", "date", "message-id", "received", "delivered-to", "mime-version",
        "content-type", "content-transfer-encoding", "content-disposition",
        "authentication-results",
    }
)  # fmt: skip
_NUMBER = re.compile(r"\d+")
_URL = re.compile(r"https?://[^\s\"'<>)\]]+")


def with_html(message: Message, page: str) -> Message:
    """Return the mail with another page, and what a person sees of it."""
    return message.model_copy(update={"html": page, "visible_text": visible_text(page)})


def with_text(message: Message, place: Place, change: Callable[[str], str]) -> Message:
    """Return the mail with what `change` makes of each text of a place; `sender` is the name."""
    match place:
        case "html":
            return with_html(message, change(message.html))
        case "sender":
            sender = message.sender.model_copy(update={"name": change(message.sender.name)})
            return message.model_copy(update={"sender": sender})
        case "headers":
            headers = tuple((name, change(value)) for name, value in message.headers)
            return message.model_copy(update={"headers": headers})
        case "calendar":
            calendar = tuple(change(one) for one in message.calendar)
            return message.model_copy(update={"calendar": calendar})
        case _:
            return message.model_copy(update={place: change(getattr(message, place))})


def with_words(message: Message, replaced: Mapping[str, str]) -> Message:
    """Return the mail with other words in all its places, under another Message-ID; empty texts aren't looked for.

    White space within a text may be any, and its signs may be entities of HTML.
    """
    pairs = [(_spelled(old), new) for old, new in replaced.items() if old.strip()]

    def exchange(text: str) -> str:
        for pattern, new in pairs:
            text = pattern.sub(lambda _, new=new: html.escape(new), text)  # type: ignore[misc]
        return text

    sender = message.sender.model_copy(update={"name": exchange(message.sender.name)})
    changed = message.model_copy(
        update={
            "id": message.id + "-other",
            "message_id": _other_id(message),
            "sender": sender,
            "subject": exchange(message.subject),
            "headers": tuple((name, exchange(value)) for name, value in message.headers),
            "text": exchange(message.text),
            "calendar": tuple(exchange(one) for one in message.calendar),
        }
    )
    return with_html(changed, exchange(message.html))


def _spelled(text: str) -> re.Pattern[str]:
    words = ("".join(_sign(one) for one in word) for word in text.split())
    space = r"(?:[\s\u00ad\u200b-\u200d\u2060\ufeff]|&nbsp;|&#160;|&#8203;)+"
    return re.compile(space.join(words))


def _sign(one: str) -> str:
    code = ord(one)
    ways = {one, html.escape(one), f"&#{code};", f"&#x{code:x};", f"&{codepoint2name.get(code)};"}
    return f"(?:{chr(124).join(re.escape(way) for way in sorted(ways))})"


def _other_id(message: Message) -> str:
    domain = message.message_id.rpartition("@")[2] or "kit.example>"
    return f"<other@{domain}"


def ten_shapes(message: Message) -> Iterator[tuple[str, Message]]:
    """Yield the mail, written in ten MIME shapes with changing encodings and read again; none of a forwarded mail."""
    if message.forwarded or len(message.calendar) > 1:
        return
    mail = describe_mail(message)
    for number, shape in enumerate((*WHOLE_SHAPES, "alternative")):
        wrapping = WRAPPINGS[number % len(WRAPPINGS)]
        read = read_mail(write_mail(mail, shape=shape, wrapping=wrapping)).message
        assert read is not None, f"the kit's own mail can't be read: {shape}"
        yield f"{shape}, {wrapping.charset}, {wrapping.encoding}", read


def describe_mail(message: Message) -> Mail:
    """Return what `write_mail` needs to write the message anew; its technical headers are written anew."""
    sender = message.sender
    return Mail(
        sender=f'"{sender.name}" <{sender.address}>' if sender.name else sender.address,
        subject=message.subject,
        text=message.text,
        html=message.html,
        calendar=message.calendar[0] if message.calendar else "",
        sent=message.received_at.strftime("%a, %d %b %Y %H:%M:%S +0000"),
        headers={
            name: value for name, value in message.headers if name.lower() not in _WRITTEN_ANEW
        },
    )


def with_recommended(message: Message, *jobs: tuple[str, str]) -> Message:
    """Return the mail with a list of other jobs (title, employer) below everything else, as digests have it."""
    lines = "\n".join(f"{title}\n{company}\nView job" for title, company in jobs)
    cells = "".join(
        f"<tr><td><p>{html.escape(title)}</p><p>{html.escape(company)}</p></td></tr>"
        for title, company in jobs
    )
    block = f"<table><tr><td><h3>Jobs you may be interested in</h3></td></tr>{cells}</table>"
    text = f"{message.text}\n\nJobs you may be interested in\n\n{lines}\n" if message.text else ""
    return with_html(
        message.model_copy(update={"text": text}),
        _before_end(message.html, block) if message.html else "",
    )


def _before_end(page: str, block: str) -> str:
    place = page.lower().rfind("</body")
    return page + block if place < 0 else page[:place] + block + page[place:]


def with_less(message: Message) -> Iterator[tuple[str, Message]]:
    """Yield the mail without its headers, either of its bodies, and every number in it, each by what is missing."""
    yield "without headers", message.model_copy(update={"headers": ()})
    yield "without text", message.model_copy(update={"text": ""})
    yield "without html", with_html(message, "")
    places: tuple[Place, ...] = ("subject", "headers", "text", "html", "calendar")
    for place in places:
        message = with_text(message, place, lambda text: _NUMBER.sub("", text))
    yield "without numbers", message


def with_secrets(message: Message) -> Message:
    """Return the mail with a secret in each address, in a header and in what a person can't see."""
    hidden = f'<div style="display:none">{SECRET}</div>'

    def mark(found: re.Match[str]) -> str:
        url, fragment, anchor = found[0].partition("#")
        joint = "&" if "?" in url else "?"
        return f"{url}{joint}token={SECRET}&otpToken={SECRET}{fragment}{anchor}"

    marked = ((name, _URL.sub(mark, value)) for name, value in message.headers)
    headers = (*marked, ("X-Auth-Token", SECRET), ("X-Unsubscribe-Key", SECRET))
    changed = message.model_copy(update={"headers": headers, "text": _URL.sub(mark, message.text)})
    page = _URL.sub(mark, message.html)
    return with_html(changed, _before_end(page, hidden) if page else "")
