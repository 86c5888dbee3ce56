"""What an export holds: one file of JSON lines for each kind of object, in a ZIP.

The columns are named one by one, so that a new one, which may be a secret, is in no export before it is listed here.
Users' mail isn't in it: each user exports that alone (`users/export`).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import IO, Final
from zipfile import ZIP_DEFLATED, ZipFile

from django.db import connection, transaction

from core.sql import iterate_rows

# The table and its columns, the first of which is unique, by the name of the file.
CONTENTS: Final[Mapping[str, tuple[str, str]]] = {
    "users": (
        "accounts_user",
        (
            "id, uuid, email, username, first_name, last_name, is_active, is_staff, is_superuser,"
            " is_registered, email_confirmed_at, time_zone, date_joined, last_login"
        ),
    ),
    "linked_accounts": (
        "logins_linkedidentity",
        "id, user_id, provider, subject, email, linked_at",
    ),
    "api_keys": (
        "accounts_apikey",
        (
            "id, user_id, hint, can_read, can_write, pinned_version, rate_per_second, burst,"
            " created_at, expires_at, revoked_at, last_used_at"
        ),
    ),
    "oauth_clients": (
        "oauth_client",
        (
            "id, name, client_id, pinned_version, client_type, authorization_grant_type, created,"
            " updated"
        ),
    ),
    "provider_applications": ("logins_providerclient", "id, provider, client_id, created_at"),
    "positions": (
        "recruiting_position",
        (
            "id, title, location, notes, type, ad_posting_link, target_date, status,"
            " no_of_positions, created_by_id, created_at, updated_at, archived_at, deleted_at"
        ),
    ),
    "collaborators": (
        "recruiting_collaborator",
        (
            "id, position_id, user_id, type, status, ordinal, invited_by, mail_state, mailed_at,"
            " mail_reply"
        ),
    ),
    "candidates": (
        "recruiting_candidate",
        (
            "id, position_id, name, phone_number, compensation, description, email,"
            " available_from_date, stack, rejected_at, rejection_reason, created_by_id, created_at,"
            " updated_at, deleted_at"
        ),
    ),
    "candidate_moves": (
        "recruiting_candidatemove",
        "id, candidate_id, actor_id, from_place, to_place, reason, moved_at",
    ),
    "attachments": (
        "recruiting_attachment",
        (
            "id, file_name, content_type, size, position_id, candidate_id, unlinked_from_id,"
            " unlinked_at, ordinal, created_by_id, created_at"
        ),
    ),
    "mail_domains": ("recruiting_maildomain", "domain, is_public"),
    "statuses": ("jobsearch_status", "id, value"),
    "applications": (
        "jobsearch_application",
        (
            "id, user_id, status_id, job_title, company, company_logo, apply_date, msg_id, source,"
            " is_rejected, created_at, deleted_at, made_by, edited, rejected_at, mail_source,"
            " location, requisition, link, interview_at"
        ),
    ),
    "status_changes": (
        "jobsearch_statuschange",
        "id, application_id, status_id, is_rejected, changed_at",
    ),
    "notes": ("jobsearch_note", "id, application_id, description, created_at, updated_at"),
    "application_details": (
        "jobsearch_applicationdetail",
        "application_id, poster_information, decorated_job_posting, top_card_v2",
    ),
    "mailboxes": (
        "mail_mailbox",
        "id, user_id, plugin, address, paused, refused_at, connected_at, synced_at, found",
    ),
    "audit_log": (
        "audit_entry",
        (
            "id, at, actor_kind, actor_id, action, object_kind, object_id, address, request_id,"
            " changes"
        ),
    ),
}
_README: Final = """\
{name}: all data of this tenant at {at:%Y-%m-%d %H:%M} UTC.

Each file has one JSON object per line (UTF-8), ordered by its first key. Times are in UTC, ids
are those of the APIs. Secrets are in none of them: no passwords, keys, tokens or second factors.
The bytes of attachments are downloaded through the API (GET /v1/attachments/<id>); the mail of a
user is exported by that user (GET /api/users/export).
"""


def write_export(target: IO[bytes], *, name: str, at: datetime) -> None:
    """Write the ZIP of the active tenant, all of one moment. `name`: of the tenant.

    Call it outside of a transaction.
    """
    with ZipFile(target, "w", ZIP_DEFLATED) as archive, transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        archive.writestr("README.txt", _README.format(name=name, at=at))
        for kind, (table, columns) in CONTENTS.items():
            rows = f"SELECT {columns} FROM {table} ORDER BY 1"  # noqa: S608 - constants
            statement = f"SELECT row_to_json(row)::text FROM ({rows}) row"  # noqa: S608
            with archive.open(f"{kind}.jsonl", "w", force_zip64=True) as file:
                for (line,) in iterate_rows(statement, {}):
                    file.write(line.encode() + b"\n")
