"""The requests and replies about job applications. JobHax: "Job application related", "Metrics related"."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, StrictBool, model_validator
from pydantic.functional_validators import AfterValidator, WrapValidator

from api_v1.fields import IsoDate, RowId, Text, reject
from core.jobsearch.limits import (
    MAX_COMPANY_CHARACTERS,
    MAX_JOB_TITLE_CHARACTERS,
    MAX_SOURCE_CHARACTERS,
)
from core.jobsearch.matching.values import Effect
from core.jobsearch.services import CHANGEABLE, ApplicationChanges, NewApplication
from providers.messages import EventKind

PAGE_SIZE: Final = 50
# The JobHax web client asks for its list once, and shows what it gets.
FIRST_PAGE_SIZE: Final = 1000
NOTE_BYTES: Final = 256 * 1024
Anything = dict[str, Any]  # Any: a JSON object of a job board


def _read_date_or_time(sent: object, read: Callable[[object], datetime]) -> date:
    time = read(sent)
    # When a day begins depends on the user's time zone, which the domain knows.
    return time.date() if isinstance(sent, str) and len(sent) == len("2019-01-31") else time


def _reject_long(text: str) -> str:
    if len(text.encode()) > NOTE_BYTES:
        raise reject("too_many_bytes", limit=NOTE_BYTES)
    return text


# A datetime is a date too.
# The order counts: a validator replaces those before it, unless it wraps them.
DateOrTime = Annotated[date, *IsoDate.__metadata__, WrapValidator(_read_date_or_time)]
NoteText = Annotated[str, Text(NOTE_BYTES), AfterValidator(_reject_long)]
JobTitle = Annotated[str, Text(MAX_JOB_TITLE_CHARACTERS)]
Company = Annotated[str, Text(MAX_COMPANY_CHARACTERS)]
Source = Annotated[str, Text(MAX_SOURCE_CHARACTERS, blank=True)]


class OfJobapp(BaseModel):
    """The id of a job application."""

    jobapp_id: RowId
    jopapp_id: RowId | None = Field(
        default=None, deprecated=True, description="`jobapp_id`, as some clients spell it."
    )

    @model_validator(mode="before")
    @classmethod
    def _read_either_name(cls, sent: Any) -> Any:  # Any: as it came
        if isinstance(sent, dict) and "jobapp_id" not in sent and "jopapp_id" in sent:
            return {**sent, "jobapp_id": sent["jopapp_id"]}
        return sent


class JobappIn(BaseModel):
    """`application_date`: a date in the user's time zone, or a date-time."""

    job_title: JobTitle
    company: Company
    application_date: DateOrTime
    status_id: RowId
    source: Source | None = None

    def application(self) -> NewApplication:
        """Return the application to be stored."""
        return NewApplication(
            job_title=self.job_title,
            company=self.company,
            status_id=self.status_id,
            applied_on=self.application_date,
            source=self.source or "",
        )


def describe_one_of(names: Iterable[str]) -> dict[str, Any]:  # Any: a JSON Schema
    """Return the part of an object's JSON Schema by which one of these fields must have a value.

    Generators of clients pass over a `not`. The members of an `anyOf` they take for the whole object.
    """
    return {"not": {"properties": {name: {"const": None} for name in names}}}


class JobappUpdate(OfJobapp):
    """At least one field beside the id. What is left out or null stays as it is."""

    model_config = ConfigDict(json_schema_extra=describe_one_of(CHANGEABLE))

    status_id: RowId | None = None
    rejected: StrictBool | None = None
    job_title: JobTitle | None = None
    company: Company | None = None
    application_date: DateOrTime | None = None
    source: Source | None = None

    def changes(self) -> ApplicationChanges:
        """Return what is to be changed."""
        return ApplicationChanges(
            status_id=self.status_id,
            is_rejected=self.rejected,
            job_title=self.job_title,
            company=self.company,
            applied_on=self.application_date,
            source=self.source,
        )


class NoteIn(OfJobapp):
    description: NoteText


class OfNote(BaseModel):
    """The id of a note."""

    jobapp_note_id: RowId


class NoteUpdate(OfNote):
    description: NoteText


class JobappListing(BaseModel):
    """`cursor` is the `nextCursor` of the previous page. `source`: as stored. `q`: part of the title or company.

    Without `limit`, a page has 50 applications; the first one has up to 1,000, for clients that don't know pages.
    """

    status_id: RowId | None = None
    source: Source | None = None
    q: Annotated[str, Text(200, blank=True)] | None = None
    limit: Annotated[int, Field(ge=1, le=200)] | None = None
    cursor: Annotated[str, Text(200)] | None = None

    @property
    def page_size(self) -> int:
        """Return how many applications the page may have."""
        if self.limit is not None:
            return self.limit
        return PAGE_SIZE if self.cursor is not None else FIRST_PAGE_SIZE


class Status(BaseModel):
    id: int
    value: str


class Jobapp(BaseModel):
    """`companyLogo` is null and `msgId` is empty for an application that doesn't come from a mail."""

    id: int
    applicationStatus: Status
    jobTitle: str
    company: str
    companyLogo: str | None
    applyDate: datetime
    msgId: str
    source: str
    user: int
    isRejected: bool


class StatusChange(BaseModel):
    applicationStatus: Status
    update_date: datetime
    mailId: Annotated[
        int | None, Field(description="The mail that it came from; null where the user set it.")
    ]


class MailEvidence(BaseModel):
    """Where a field (`title`, `kind`, ...) was read: the place in the mail, and the words themselves."""

    field: str
    place: str
    quote: str


class JobappMail(BaseModel):
    """What one mail said of a job application, and why Happo reads it so.

    `effect`: what became of the application: `started`, `moved`, `rejected`, `noted` (its status stays), `repeated`
    (nothing new), `unproven` (nothing proves the sender). `interviewAt`: when an interview begins.
    """

    id: int
    date: datetime
    kind: EventKind
    sender: str
    subject: str
    interviewAt: datetime | None
    effect: Effect
    evidence: list[MailEvidence]


class JobappDetail(BaseModel):
    """The job board's data, in its own format; `{}` where it has none."""

    posterInformation: Anything
    decoratedJobPosting: Anything
    topCardV2: Anything
    mails: Annotated[
        list[JobappMail], Field(description="The mails that it was read from, the oldest first.")
    ]


class MailOfJobapp(OfJobapp):
    """The ids of a job application and of one of its mails."""

    mail_id: RowId


class Note(BaseModel):
    id: int
    description: str
    created_date: datetime
    update_date: datetime | None


class Count(BaseModel):
    count: int


class Months(BaseModel):
    """The counts of twelve months, the current one last."""

    source: str
    data: Annotated[list[int], Field(min_length=12, max_length=12)]


ByMonth = tuple[list[Months], Annotated[list[str], Field(min_length=12, max_length=12)]]


class NamedCount(BaseModel):
    name: str
    value: int


class WordCount(BaseModel):
    word: str
    value: int


class StatusRow(BaseModel):
    """The counts of one status, one for each of `jobs`."""

    name: str
    data: list[int]


class TitlesByStatus(BaseModel):
    """`jobs` are titles in the order of their first application; `data` has one row for each of `statuses`."""

    jobs: list[str]
    statuses: list[str]
    data: list[StatusRow]
