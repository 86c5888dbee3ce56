"""What `v20261201` changed. Each docstring is a sentence of the changelog."""

import re
from typing import Final

from api_v1.happo import v20180701_routes
from api_v1.happo.schemas import Candidate, CandidateIn, CandidatesIn, NewCandidate, PositionIn
from api_v1.jobhax import v20180701_routes as jobhax_v20180701_routes
from api_v1.jobhax.errors import DOCUMENTED_MESSAGES
from api_v1.jobhax.schemas import JobappDetail, JobappUpdate, StatusChange, describe_one_of
from api_v1.versioning.timeline import Json, VersionChange, schema_without
from core.errors import DomainError, NotFound, PositionArchived


class ErrorsCarryDetails(VersionChange):
    """Errors also carry `code` (stable, for machines), `errors` (each field's problem) and `requestId`."""

    api = "happo"
    added: Final = ("code", "errors", "requestId")

    def downgrade_error(self, body: Json) -> Json:
        return {name: value for name, value in body.items() if name not in self.added}

    def describe_error(self, schema: Json) -> Json:
        return schema_without(schema, self.added)


class ErrorMessagesGiveReasons(VersionChange):
    """`error_message` gives the reason (`company is required`) instead of the fixed sentence of its `error_code`."""

    api = "jobhax"

    def downgrade_error(self, body: Json) -> Json:
        words = DOCUMENTED_MESSAGES[body["error_code"]]
        # Older versions show a message that begins with the documented sentence unchanged.
        return body if body["error_message"].startswith(words) else {**body, "error_message": words}

    def describe_error(self, schema: Json) -> Json:
        openings = "|".join(re.escape(words) for words in DOCUMENTED_MESSAGES.values() if words)
        properties = schema["properties"]
        message = {**properties["error_message"], "pattern": f"^({openings})"}
        return {**schema, "properties": {**properties, "error_message": message}}


class UnknownParametersAreRefused(VersionChange):
    """A query parameter that the route doesn't have is a 400 that names it; before, it was ignored."""

    api = "happo"
    ignores_unknown_parameters = True


class UnknownJobHaxParametersAreRefused(VersionChange):
    """A query parameter that the route doesn't have is a 400 that names it; before, it was ignored."""

    api = "jobhax"
    ignores_unknown_parameters = True


class ListsComeInPages(VersionChange):
    """Lists of positions and candidates take `limit`, `cursor` and filters; `nextCursor` names the next page."""

    api = "happo"
    older_routes = v20180701_routes.whole_lists


class ArchivedPositionsCanBeRestored(VersionChange):
    """Creator and admins can still view a position, its candidates and files after it was archived, at `archivedAt`.

    When they write to it, the answer is 409 `position_archived`, no longer 404.
    """

    api = "happo"
    older_routes = v20180701_routes.without_archive

    def replace_error(self, error: DomainError) -> DomainError:
        if isinstance(error, PositionArchived):
            return NotFound("position", error.position_id)
        return error


class StatusCanBeSet(VersionChange):
    """`status` of a position can be set when it is created and updated; before, it was ignored."""

    api = "happo"
    schemas = (PositionIn,)
    hidden = ("status",)


class StackCanBeSet(VersionChange):
    """`stack` of a candidate can be set when it is created, alone or in bulk, and updated; before, it was ignored."""

    api = "happo"
    schemas = (NewCandidate, CandidateIn, CandidatesIn)

    def upgrade(self, body: Json) -> Json:
        if isinstance(candidates := body.get("candidates"), list):
            return {**body, "candidates": [_without_stack(candidate) for candidate in candidates]}
        return _without_stack(body)

    def describe(self, schema: Json) -> Json:
        properties = schema["properties"].items()
        return {**schema, "properties": {name: s for name, s in properties if name != "stack"}}


def _without_stack(candidate: Json) -> Json:
    if not isinstance(candidate, dict):
        return candidate
    return {name: value for name, value in candidate.items() if name != "stack"}


class MovesHaveReasons(VersionChange):
    """A `reason` can be given with a candidate's new `stack`; it is kept in the history."""

    api = "happo"
    schemas = (CandidateIn,)
    hidden = ("reason",)


class RejectionsAreShown(VersionChange):
    """A candidate who is rejected has `rejectedAt` and, where one was given, `rejectionReason`."""

    api = "happo"
    schemas = (Candidate,)
    hidden = ("rejectedAt", "rejectionReason")


class ApplicationsComeInPages(VersionChange):
    """`get_jobapps` takes `limit`, `cursor`, `source` and `q`; `nextCursor` comes beside `data`."""

    api = "jobhax"
    older_routes = jobhax_v20180701_routes.whole_list


class AddedApplicationIsReturned(VersionChange):
    """`add_jobapp` answers with the application that it added, no longer with null."""

    api = "jobhax"
    routes = ("POST /jobapps/add_jobapp",)

    def downgrade(self, body: Json) -> Json:
        return None

    def describe(self, schema: Json) -> Json:
        return {"type": "null"}


class ApplicationsCanBeCorrected(VersionChange):
    """`update_jobapp` also changes `job_title`, `company`, `application_date`, `source`; before, it ignored them."""

    api = "jobhax"
    schemas = (JobappUpdate,)
    hidden = ("job_title", "company", "application_date", "source")

    def describe(self, schema: Json) -> Json:
        return {**super().describe(schema), **describe_one_of(("status_id", "rejected"))}


class MailsShowTheirApplications(VersionChange):
    """`get_user_google_mails` also gives `id`, `sender`, `kinds`, `jobapps` and `candidates` of each mail."""

    api = "jobhax"
    older_routes = jobhax_v20180701_routes.plain_mails


class ApplicationsShowTheirMails(VersionChange):
    """`get_jobapp_detail` also gives `mails`: each mail of the application, with the words that it was read from."""

    api = "jobhax"
    schemas = (JobappDetail,)
    hidden = ("mails",)


class HistoryShowsItsMails(VersionChange):
    """A change in `get_status_history` has the `mailId` of the mail that it came from."""

    api = "jobhax"
    schemas = (StatusChange,)
    hidden = ("mailId",)


CHANGES: Final = (
    ErrorsCarryDetails(),
    UnknownParametersAreRefused(),
    ListsComeInPages(),
    ArchivedPositionsCanBeRestored(),
    StatusCanBeSet(),
    StackCanBeSet(),
    MovesHaveReasons(),
    RejectionsAreShown(),
    ErrorMessagesGiveReasons(),
    UnknownJobHaxParametersAreRefused(),
    ApplicationsComeInPages(),
    AddedApplicationIsReturned(),
    ApplicationsCanBeCorrected(),
    MailsShowTheirApplications(),
    ApplicationsShowTheirMails(),
    HistoryShowsItsMails(),
)
