"""Mail that a user forwarded, out of the mail that it came in."""

from __future__ import annotations

from providers.messages import Message
from providers.mime.forwards import Forwarded
from providers.mime.origin import Origin


def is_owners(outer: Message, origin: Origin) -> bool:
    """Tell whether a forward in this mail is unwrapped: it is the user's own, and no report on delivery."""
    own = origin.own_addresses is None or outer.sender.address in origin.own_addresses
    return own and "multipart/report" not in (outer.header("content-type") or "").lower()


def from_text(outer: Message, *, text: Forwarded | None, seen: Forwarded | None) -> Message:
    """Return the mail below the head that was found in the text or in what is seen of the HTML; else the outer one."""
    head = text or seen
    if head is None:
        return outer
    return Message(
        id=outer.id,
        message_id=outer.message_id,
        thread_id=outer.thread_id,
        received_at=head.sent_at or outer.received_at,
        sender=head.sender,
        subject=head.subject,
        headers=head.headers,
        text=text.body if text else "",
        html=outer.html if seen else "",
        visible_text=seen.body if seen else "",
        calendar=outer.calendar,
        # What a user pasted proves nothing of who sent it; the user's own mailbox or forwarding address does.
        trust="unknown",
        folder=outer.folder,
        forwarded=True,
    )
