"""All that is stored about one user and by it, as one JSON object, for the user.

A user may have more mail than one value of PostgreSQL holds (1 GB): mails and applications are read row by row.
"""
# ruff: noqa: S608 - the statement is put together from constants; the user's id is a parameter

from collections.abc import Mapping
from typing import Final

from django.db import connection, transaction

from core.accounts.values import Caller
from core.json_spool import JsonSpool, join_object
from core.sql import Json, fetch_list, fetch_payload, json_list, json_rows

_STATUS_CHANGES: Final = """
    SELECT {columns} FROM (
        SELECT s.value AS status, c.is_rejected, c.changed_at, c.id
          FROM jobsearch_statuschange c JOIN jobsearch_status s ON s.id = c.status_id
         WHERE c.application_id = a.id) changes ORDER BY changed_at, id"""
_NOTES: Final = """
    SELECT {columns} FROM jobsearch_note WHERE application_id = a.id ORDER BY id"""
_APPLICATIONS: Final = """
    SELECT {{columns}} FROM (
        SELECT a.*, s.value AS status, {history}::json AS history, {notes}::json AS notes,
               (SELECT json_build_object('posterInformation', d.poster_information,
                                         'decoratedJobPosting', d.decorated_job_posting,
                                         'topCardV2', d.top_card_v2)
                  FROM jobsearch_applicationdetail d WHERE d.application_id = a.id) AS detail
          FROM jobsearch_application a JOIN jobsearch_status s ON s.id = a.status_id
         WHERE a.user_id = %(user)s) applications ORDER BY id"""
_EVENTS: Final = """
    SELECT {columns} FROM mail_storedevent WHERE message_id = m.id AND found ORDER BY position"""
_MAILS: Final = """
    SELECT {{columns}} FROM (
        SELECT m.*, {events}::json AS events
          FROM mail_storedmessage m WHERE m.user_id = %(user)s) mails ORDER BY received_at, id"""
# What each list reads. `owner` is the user's row.
_LISTS: Final[Mapping[str, str]] = {
    "linked_accounts": """
        SELECT {columns} FROM logins_linkedidentity WHERE user_id = %(user)s ORDER BY provider""",
    "mailboxes": """
        SELECT {columns} FROM mail_mailbox WHERE user_id = %(user)s ORDER BY id""",
    "sessions": """
        SELECT {columns} FROM (
            SELECT c.name AS client, t.scope, t.created, t.expires
              FROM oauth_accesstoken t JOIN oauth_client c ON c.id = t.application_id
             WHERE t.user_id = %(user)s) sessions ORDER BY created""",
    "api_keys": """
        SELECT {columns} FROM accounts_apikey WHERE user_id = %(user)s ORDER BY created_at, id""",
    "positions": """
        SELECT {columns} FROM recruiting_position
         WHERE created_by_id = owner.uuid AND deleted_at IS NULL ORDER BY created_at, id""",
    "candidates": """
        SELECT {columns} FROM recruiting_candidate
         WHERE created_by_id = owner.uuid AND deleted_at IS NULL ORDER BY created_at, id""",
    "invitations": """
        SELECT {columns} FROM recruiting_collaborator WHERE user_id = owner.uuid ORDER BY id""",
    "files": """
        SELECT {columns} FROM recruiting_attachment
         WHERE created_by_id = owner.uuid ORDER BY created_at, id""",
}


def export_account(caller: Caller, *, columns: Mapping[str, str]) -> Json:
    """Return everything about the caller. `columns`: the SQL columns of each part, whose names become the keys.

    The parts: user, linked_accounts, mailboxes, sessions, api_keys, applications (with status_changes, notes), mails
    (with mail_events), positions, candidates, invitations, files. They must be constants, never text of a client.
    Secrets are in none of them.
    """
    lists = {name: rows.format(columns=columns[name]) for name, rows in _LISTS.items()}
    user = f"(SELECT row_to_json(shown) FROM (SELECT {columns['user']}) shown)"
    parts = "".join(f", '{name}', {json_list(rows)}::json" for name, rows in lists.items())
    statement = f"""
        SELECT json_build_object('user', {user}{parts})::text
          FROM accounts_user owner WHERE owner.id = %(user)s"""
    rest = {"mails": _mails(columns), "applications": _applications(columns)}
    # In one transaction the connection stays open between the statements, also where one of them is spooled.
    with transaction.atomic():
        first = fetch_payload(statement, {"user": caller.user_id})
        assert first is not None
        more = {name: _fetch_rows(rows, caller) for name, rows in rest.items()}
    joined = join_object(first, more)
    if isinstance(joined, JsonSpool) and not connection.in_atomic_block:
        # Sending takes as long as the client likes. Meanwhile another process may need the connection.
        connection.close()
    return joined


def _fetch_rows(rows: str, caller: Caller) -> Json:
    found = fetch_list(json_rows(rows), {"user": caller.user_id})
    assert found is not None
    return found


def _mails(columns: Mapping[str, str]) -> str:
    events = json_list(_EVENTS.format(columns=columns["mail_events"]))
    return _MAILS.format(events=events).format(columns=columns["mails"])


def _applications(columns: Mapping[str, str]) -> str:
    history = json_list(_STATUS_CHANGES.format(columns=columns["status_changes"]))
    notes = json_list(_NOTES.format(columns=columns["notes"]))
    return _APPLICATIONS.format(history=history, notes=notes).format(
        columns=columns["applications"]
    )
