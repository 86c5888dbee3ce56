"""The JSON keys of the JobHax API: what `core.jobsearch` and `core.mail` select, as PostgreSQL writes it.

Each constant is a list of SQL columns whose names are the keys, or an SQL expression of one JSON object. The query that
it is passed to documents the columns that it may use. Keys and their order are those of JobHax's samples.
"""

from collections.abc import Mapping
from typing import Final

from core.jobsearch.queries import LOGO


def _date(column: str) -> str:
    """Return SQL for `2019-02-10T10:38:36.202351Z`, or `2019-01-23T14:18:12Z` where there are no microseconds."""
    text = f"""to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')"""
    return f"(replace({text}, '.000000', '') || 'Z')"


_SENDER: Final = """
    CASE WHEN m.sender_name = '' THEN m.sender_address
         ELSE concat(m.sender_name, ' <', m.sender_address, '>') END"""
STATUS: Final = "id, value"
JOBAPP: Final = f"""
    a.id, s AS "applicationStatus", a.job_title AS "jobTitle",
    a.company, {LOGO} AS "companyLogo",
    {_date("a.apply_date")} AS "applyDate", a.msg_id AS "msgId", a.source, a.user_id AS "user",
    a.is_rejected AS "isRejected" """
STATUS_CHANGE: Final = f"""
    s AS "applicationStatus", {_date("c.changed_at")} AS update_date, c.message_id AS "mailId" """
NOTE: Final = f"""
    n.id, n.description, {_date("n.created_at")} AS created_date,
    {_date("n.updated_at")} AS update_date"""
# Mail has no name of the person who posted the job. Where a board's own objects are stored, they are shown.
DETAIL: Final = f"""
    coalesce(poster_information, '{{}}') AS "posterInformation",
    coalesce(decorated_job_posting, jsonb_strip_nulls(jsonb_build_object(
        'title', title, 'companyName', company, 'formattedLocation', location,
        'requisition', requisition, 'jobPostingUrl', link))) AS "decoratedJobPosting",
    coalesce(top_card_v2, jsonb_strip_nulls(jsonb_build_object(
        'title', title, 'companyName', company, 'location', location, 'companyLogo', logo,
        'interviewAt', {_date("scheduled_at")})))
        AS "topCardV2",
    mails"""
MAIL_OF_JOBAPP: Final = f"""
    m.id, {_date("m.received_at")} AS date, e.kind, {_SENDER} AS sender, m.subject,
    {_date("e.scheduled_at")} AS "interviewAt", e.effect, e.evidence"""

COUNT: Final = "applications AS count"
SERIES: Final = "json_build_object('source', source, 'data', counts)"
# The series of the sources that aren't among the boards, and of all sources.
OTHERS, TOTAL = "Others", "Total"
COUNT_BY_STATUS: Final = "status AS name, applications AS value"
COUNT_BY_COMPANY: Final = "company AS word, applications AS value"
TITLES_BY_STATUS: Final = (
    "json_build_object('jobs', titles, 'statuses', statuses, 'data', status_rows)"
)
STATUS_ROW: Final = "json_build_object('name', status, 'data', counts)"

# JobHax's sample writes this date, and no other, as `2018-11-14 06:08:19+00:00`.
JOB_MAIL: Final = """
    m.subject, m.body,
    to_char(m.received_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') || '+00:00' AS date"""
JOB_MAIL_WITH_JOBAPPS: Final = f"""
    {JOB_MAIL}, m.id, {_SENDER} AS sender, kinds, applications AS jobapps, candidates, question"""

# The parts of `users/export`, by the tables that `core.account_export` reads.
EXPORT: Final[Mapping[str, str]] = {
    "user": f"""
    id, uuid, email, username, first_name, last_name, time_zone,
    {_date("date_joined")} AS joined, {_date("email_confirmed_at")} AS email_confirmed""",
    "linked_accounts": f"provider, subject, email, {_date('linked_at')} AS linked",
    "mailboxes": f"""
    id, plugin, address, settings - 'sources' AS settings, paused,
    {_date("connected_at")} AS connected,
    {_date("synced_at")} AS last_sync, found""",
    "sessions": f"client, scope, {_date('created')} AS created, {_date('expires')} AS expires",
    "api_keys": f"""
    hint, {_date("created_at")} AS created, {_date("expires_at")} AS expires,
    {_date("revoked_at")} AS revoked, {_date("last_used_at")} AS last_used""",
    "applications": f"""
    id, status, job_title AS "jobTitle", company, source, is_rejected AS "isRejected",
    {_date("apply_date")} AS "applyDate", {_date("created_at")} AS created,
    {_date("deleted_at")} AS deleted, location, requisition, link,
    {_date("interview_at")} AS interview, history, notes, detail""",
    "status_changes": f"""status, is_rejected AS "isRejected", {_date("changed_at")} AS changed""",
    "notes": f"description, {_date('created_at')} AS created, {_date('updated_at')} AS updated",
    "mails": f"""
    mailbox, mailbox_key AS id, subject, sender_name, sender_address, body,
    {_date("received_at")} AS received, {_date("stored_at")} AS stored, events""",
    "mail_events": f"""
    kind, title, company, location, requisition, link, application_id AS "jobappId",
    {_date("occurred_at")} AS occurred, {_date("scheduled_at")} AS scheduled""",
    "positions": f"id, title, {_date('created_at')} AS created",
    "candidates": f"""id, position_id AS "positionId", {_date("created_at")} AS created""",
    "invitations": """position_id AS "positionId", type, status""",
    "files": f"""
    id, file_name AS "fileName", content_type AS "contentType", size,
    {_date("created_at")} AS created""",
}
