"""What matching takes and returns: frozen values without a database.

    find_changes(applications: Collection[StoredApplication], facts: Collection[Fact]) -> Changes

Both collections must be complete: all applications of one user (also the deleted ones) and all facts of that user's
stored mail, also what isn't found any more. Their order doesn't matter. The caller stores the changes in one
transaction, under a lock per user; with what it has then stored, the function returns no more changes. One call for a
batch of new mail costs as much as one for a single mail.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

from providers.claims import ClaimedBy
from providers.messages import EventKind

MadeBy = Literal["user", "mail"]
# What became of an application through a fact:
# `started`   the fact made it, as Applied;
# `moved`     its status rose to the entry's;
# `rejected`  it is rejected (or the position closed) from then on;
# `noted`     its status stays: viewed, assessment, withdrawn, another interview; or the user has set the status;
# `repeated`  it says what is known: a second receipt, the same mail by another way;
# `unproven`  a mail that only a header connects with its source, and whose domain did not start the application.
# The status history shows the first four; the others only connect the mail with the application.
Effect = Literal["started", "moved", "rejected", "noted", "repeated", "unproven"]
SHOWN_IN_HISTORY: frozenset[Effect] = frozenset({"started", "moved", "rejected", "noted"})
# Why a mail changes nothing and is shown: `several` applications may be meant, or it is `unproven` as above.
QuestionReason = Literal["several", "unproven"]
FieldName = Literal[
    "title",
    "company",
    "location",
    "requisition",
    "link",
    "logo",
    "source",
    "applied_at",
    "interview_at",
    "status",
    "rejected",
]
FieldValue = str | int | bool | datetime | None


class FactKey(NamedTuple):
    """Names a fact for ever, whatever order mail arrives in.

    `mail`: what makes the mail one and the same for this user: its Message-ID, else the hash of its headers and body;
    never a number of the database. `position`: the place of the event among the events of its mail, from 0.
    """

    mail: str
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One event of a stored mail, and what matching must know of that mail.

    `source`: name of the mail source (plugin) that read it. `occurred_at` (UTC): the event's, which is the mail's own
    moment where the mail says no other. `applied_at` (UTC): when `occurred_on` begins in the user's time zone, else
    `occurred_at`. `arrived_at` (UTC): when the mail was stored for the first time; reading it again doesn't change it.
    `sender`: the address in From. `claimed_by`: why the source was asked: `header` proves nothing of the sender.
    `signed_by`: those of `Message.signed_by` that the source's own `senders` cover (the system's DKIM domains); never
    others, since strangers share the domains of mail services. `forwarded`: as in `Message`: its moment may be off by
    a time zone. `template`: `matching.template_of(message, events)`: equal for mails of one source made from one
    template.
    `dismissed`: the user took back what this event did. It has no effect, wherever it would belong, and neither has
    another mail that says the same; its entry goes. The caller keeps this mark with the event, since an application
    goes with the mail that started it, and reading the mail again must keep the mark.
    `found`: False where the mail was read again, and this is no longer found in it. It has no effect, but what belonged
    with it is still known by it.
    The other fields are those of `MailEvent`.
    """

    key: FactKey
    source: str
    kind: EventKind
    occurred_at: datetime
    applied_at: datetime
    arrived_at: datetime
    sender: str
    claimed_by: ClaimedBy
    title: str | None = None
    company: str | None = None
    location: str | None = None
    requisition: str | None = None
    link: str | None = None
    logo: str | None = None
    scheduled_at: datetime | None = None
    signed_by: tuple[str, ...] = ()
    forwarded: bool = False
    template: str = ""
    dismissed: bool = False
    found: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationValues:
    """What an application shows.

    `title`, `company`: "" while no mail says them. `source`: the mail source that read the first mail, or what the user
    entered. `applied_at`, `interview_at` (when the latest interview begins): UTC. `status`: an id of
    `jobsearch.statuses`, or one that an operator added.
    """

    title: str
    company: str
    applied_at: datetime
    status: int
    rejected: bool = False
    location: str | None = None
    requisition: str | None = None
    link: str | None = None
    logo: str | None = None
    source: str = ""
    interview_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A fact belongs to an application.

    `at`: the fact's `occurred_at`. `status`, `rejected`: what the application is after it, by mail alone; where the
    history shows it and the user has set them, what the user had set when the mail came.
    """

    fact: FactKey
    at: datetime
    effect: Effect
    status: int
    rejected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredApplication:
    """An application as it is stored now.

    `made_by`: `mail` where a `Create` made it; `key` is then that of the `Create`, until an `Update` has another one:
    where that fact has no effect any more and the user did nothing, or where its mail is deleted.
    `made_at` (UTC): only mail that arrived later can belong to an application that the user made. `own_status`: for one
    that the user made, the status that it was made with. `edited`: the fields that the user changed after that; mail
    never changes them again. Title, company, `applied_at` and `source` of one that the user made count as edited.
    `touched`: there are notes, or anything else of the user's that must not be lost; edited fields count anyway.
    `deleted`: by the user. `ended_at` (UTC): when the user deleted it or marked it as rejected, None if neither: a
    receipt that comes later starts another application.
    `entries`: as earlier changes made them; () for one that no mail belongs to. The entries of a deleted application
    must outlive their events: if a plugin that was broken for a while reads the mail again, they keep it deleted.
    """

    id: int
    made_by: MadeBy
    made_at: datetime
    values: ApplicationValues
    key: FactKey | None = None
    own_status: int | None = None
    edited: frozenset[FieldName] = frozenset()
    touched: bool = False
    deleted: bool = False
    ended_at: datetime | None = None
    entries: tuple[Entry, ...] = ()

    @property
    def is_touched(self) -> bool:
        """Whether the user worked on it."""
        return self.touched or bool(self.edited)

    @property
    def is_kept(self) -> bool:
        """Whether it stays when mail says nothing of it any more, because of what the user did to it."""
        return self.deleted or self.is_touched


# An application in the changes: the id of a stored one, or the key of the fact that starts a new one.
Reference = int | FactKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Create:
    """A new application. `key`: the fact that starts it; the first of `entries` is that fact's."""

    key: FactKey
    values: ApplicationValues
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """A stored application changes. A deleted one stays deleted, and only its entries change.

    `values`: the fields that change, with their new values. `add`: entries to store; one that is stored for the same
    fact is replaced. `drop`: facts whose entries go; a fact belongs to one application at most, so drop before adding.
    `key`: its new key; None where that stays.
    """

    application_id: int
    values: Mapping[FieldName, FieldValue] = field(default_factory=dict)
    add: tuple[Entry, ...] = ()
    drop: tuple[FactKey, ...] = ()
    key: FactKey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remove:
    """An application that mail made, and the user never touched, has no mail any more: its row goes.

    `into`: the application that its mail belongs to now, None where there is none.
    """

    application_id: int
    into: Reference | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A mail would move an application, but it isn't certain which, or who sent it.

    Nothing changes, and the user is shown this until the user rejects or moves one of them. `candidates`: the
    applications that it may mean, the earliest first, at most `MAX_CANDIDATES`; also those whose title differs, where a
    refusal names a title that none has.
    """

    fact: FactKey
    candidates: tuple[Reference, ...]
    reason: QuestionReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What has to be stored. `create`, `update`, `remove`: differences; empty where nothing changes.

    `questions`, `unmatched`: whole lists, each in the order of the facts' moments: those that are open now, and the
    facts that belong to no application.
    """

    create: tuple[Create, ...] = ()
    update: tuple[Update, ...] = ()
    remove: tuple[Remove, ...] = ()
    questions: tuple[Question, ...] = ()
    unmatched: tuple[FactKey, ...] = ()
