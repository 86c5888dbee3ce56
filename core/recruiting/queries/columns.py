"""The objects of the Happo API as PostgreSQL writes them: SQL expressions whose value is the JSON text of one row.

Text is put together by `concat`, which skips null: `',"location":' || null` is null, so an optional value that is
unset is left out. That takes half the time of `json_strip_nulls(json_build_object(...))`, which parses what it has
just written. Every text of a client goes through `to_json`, which quotes it. Keys stand in the order of the
document's samples.
"""

from typing import Final

from core.recruiting.models import PHASE_OF


def _text(key: str, column: str) -> str:
    return f"""',"{key}":' || to_json({column})::text"""


def _word(key: str, column: str) -> str:
    """For what can hold no quote: ids and the words that constraints know."""
    return f"""',"{key}":"' || ({column}) || '"'"""


def _date(key: str, column: str) -> str:
    return _word(key, f"""to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')""")


def _object(id_column: str, *parts: str) -> str:
    return f"""concat('{{"id":"', {id_column}, '"', {", ".join(parts)}, '}}')"""


def _tombstone(row: str, gone_at: str) -> str:
    return _object(f"{row}.id", _date("deletedAt", gone_at))


# For a position `p`, its files `a` (ATTACHMENTS_OF) and the people on it `k` (COLLABORATORS_OF).
_POSITION: Final = (
    _text("title", "p.title"),
    _text("location", "p.location"),
    _text("notes", "p.notes"),
    _word("type", "p.type"),
    _text("adPostingLink", "p.ad_posting_link"),
    _date("targetDate", "p.target_date"),
    _word("status", "p.status"),
    "',\"noOfPositions\":' || p.no_of_positions",
    "',\"attachmentIds\":[' || a.ids || ']'",
    "',\"collaborators\":[' || k.people || ']'",
    _word("createdBy", "p.created_by_id"),
    _date("createdAt", "p.created_at"),
    _date("updatedAt", "p.updated_at"),
)
# Only the head shows archived positions at all, so this one is never seen in older versions.
POSITION: Final = _object("p.id", *_POSITION, _date("archivedAt", "p.archived_at"))
# With `picked.gone_at`: when the caller lost it, null while it is there.
POSITION_OR_TOMBSTONE: Final = (
    f"CASE WHEN picked.gone_at IS NULL THEN {POSITION} ELSE {_tombstone('p', 'picked.gone_at')} END"
)

_PHASE: Final = (
    "CASE c.stack "
    + " ".join(f"WHEN '{stack}' THEN '{phase}'" for stack, phase in PHASE_OF.items())
    + " END"
)
# For a candidate `c` and its files `a`.
_CANDIDATE: Final = (
    _text("name", "c.name"),
    _text("phoneNumber", "c.phone_number"),
    _text("compensation", "c.compensation"),
    _text("email", "c.email"),
    _text("description", "c.description"),
    "',\"attachmentIds\":[' || a.ids || ']'",
    _date("availableFromDate", "c.available_from_date"),
    _word("stack", "c.stack"),
    _word("phase", _PHASE),
)
_ORIGIN: Final = (
    _word("positionId", "c.position_id"),
    _word("createdBy", "c.created_by_id"),
    _date("createdAt", "c.created_at"),
    _date("updatedAt", "c.updated_at"),
)
_REJECTION: Final = (
    _date("rejectedAt", "c.rejected_at"),
    _text("rejectionReason", "c.rejection_reason"),
)
CANDIDATE: Final = _object("c.id", *_CANDIDATE, *_REJECTION, *_ORIGIN)
# What v20180701 knows of a candidate: its lists are made by SQL too, and not taken apart again.
CANDIDATE_V20180701: Final = _object("c.id", *_CANDIDATE, *_ORIGIN)
CANDIDATE_OR_TOMBSTONE: Final = (
    f"CASE WHEN c.deleted_at IS NULL THEN {CANDIDATE} ELSE {_tombstone('c', 'c.deleted_at')} END"
)

# Who registers after having been invited counts as registered at once, not only once the invitation is rewritten.
_STATUS: Final = """CASE
    WHEN member.status = 'awaiting_registration' AND person.is_registered AND person.email_confirmed_at IS NOT NULL
    THEN 'awaiting_approval' ELSE member.status END"""
_PERSON: Final = f"""concat('{{"email":', to_json(person.email), ',"userId":"', person.uuid, '"',
    {_word("type", "member.type")}, {_word("status", _STATUS)}, '}}')"""
# Children of one row each: as lateral joins they come from their index, row by row, whatever else the tables hold.
# OFFSET 0 keeps the planner from reading all users for each position where it believes there are few.
COLLABORATORS_OF_P: Final = f"""
    LEFT JOIN LATERAL (
        SELECT string_agg({_PERSON}, ',' ORDER BY member.ordinal) AS people
          FROM recruiting_collaborator member CROSS JOIN LATERAL (
               SELECT uuid, email, is_registered, email_confirmed_at FROM accounts_user
                WHERE uuid = member.user_id OFFSET 0) person
         WHERE member.position_id = p.id
    ) k ON true"""


def attachments_of(row: str, *, parent: str) -> str:
    """Return the join that adds `a.ids`, the quoted ids of the files of `row`; `parent` is `position`, `candidate`."""
    return f"""
    LEFT JOIN LATERAL (
        SELECT string_agg(concat('"', file.id, '"'), ',' ORDER BY file.ordinal) AS ids
          FROM recruiting_attachment file WHERE file.{parent}_id = {row}.id
    ) a ON true"""


_MOVE: Final = (
    _word("from", "m.from_place"),
    _word("to", "m.to_place"),
    _date("time", "m.moved_at"),
    _text("reason", "m.reason"),
)
# For a move `m`.
MOVE: Final = f"""concat('{{"actor":"', m.actor_id, '"', {", ".join(_MOVE)}, '}}')"""
