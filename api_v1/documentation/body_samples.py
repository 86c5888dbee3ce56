"""The values of sample requests, by the name of the field: in the documents, and in the Postman collections."""

from collections.abc import Mapping
from typing import Final

from api_v1.api import JsonObject

_NULLS: Final = ({"type": "null"}, {"const": None})
PASSWORD: Final = "correct horse battery staple"  # noqa: S105 - of people who don't exist
FILES: Final[Mapping[str, str]] = {"attachment": "cv.pdf"}

Value = str | int | bool | list["Value"] | dict[str, "Value"]
_VALUES: Final[Mapping[str, Value]] = {
    "title": "Software Tester",
    "location": "Malmo, Sweden",
    "notes": "<p>Finds what others have missed.</p>",
    "type": "full-time",
    "adPostingLink": "https://example.com/jobs/42",
    "targetDate": "2027-03-01",
    "noOfPositions": 2,
    "name": "Riya Sharma",
    "phoneNumber": "+46 70 123 45 67",
    "compensation": "500 SEK/h",
    "description": "Asks good questions.",
    "availableFromDate": "2027-02-01",
    "stack": "interesting",
    "reason": "A good first interview",
    "job_title": "Software Tester",
    "company": "Acme",
    "application_date": "2026-11-02",
    "source": "LinkedIn",
    "username": "{{username}}",
    "password": PASSWORD,
    "password2": PASSWORD,
    "old_password": PASSWORD,
    "time_zone": "Pacific/Auckland",
    "first_name": "Jane",
    "last_name": "Doe",
    "client_id": "{{clientId}}",
    "client_secret": "{{clientSecret}}",
    "refresh_token": "{{refreshToken}}",
    "provider": "google-oauth2",
    "token": "a token of the provider",
    "status_id": 1,
    "rejected": False,
    "jobapp_id": "{{jobappId}}",
    "jobapp_note_id": "{{jobappNoteId}}",
    "mail_id": 1,
    "mailbox_id": 1,
    "paused": True,
    "delete_mail": False,
    "publicDomains": ["mail.example"],
    "companyDomains": ["agency.example"],
}
# What stands in a document for the variables of a collection.
_OF_VARIABLES: Final[Mapping[str, Value]] = {
    "{{username}}": "jane",
    "{{username}}@example.com": "jane@example.com",
    "{{clientId}}": "hpc_acme_...",
    "{{clientSecret}}": "hps_...",
    "{{refreshToken}}": "hpr_acme_...",
    "{{accessToken}}": "hpa_acme_...",
    "{{jobappId}}": 31,
    "{{jobappNoteId}}": 1,
}
# Operations in which the same name means something else.
_OF_OPERATION: Final[Mapping[tuple[str, str], Value]] = {
    ("logout", "token"): "{{accessToken}}",
    ("register_user", "email"): "{{username}}@example.com",
    ("resend_confirmation", "email"): "{{username}}@example.com",
    ("forgot_password", "email"): "{{username}}@example.com",
    ("reset_forgotten_password", "token"): "the token of the mailed link",
    ("confirm_email", "token"): "the token of the mailed link",
    ("create_candidate", "email"): "riya@example.com",
    ("update_jobapp", "status_id"): 3,
    ("add_mailbox", "plugin"): "imap",
    ("add_mailbox", "host"): "imap.example.com",
    ("add_mailbox", "port"): 993,
    ("add_mailbox", "username"): "jane@example.com",
    ("add_mailbox", "folders"): ["INBOX"],
    ("create_position", "collaborators"): [{"email": "client@example.com", "type": "client"}],
    ("create_candidates", "candidates"): [
        {"name": "Adam Smith"},
        {"name": "Eve Jones", "email": "eve@example.com"},
    ],
}


def fill_in(body: Mapping[str, Value]) -> dict[str, Value]:
    """Return a sample with values in place of a collection's variables."""
    return {
        name: _OF_VARIABLES.get(value, value) if isinstance(value, str) else value
        for name, value in body.items()
    }


def sample_body(operation: str, schema: JsonObject, *, document: JsonObject) -> dict[str, Value]:
    """Return a body that the route accepts, with variables of a collection.

    Raises `LookupError` for a required field that has no sample.
    """
    schema = _resolve(schema, document)
    body: dict[str, Value] = {}
    for name in schema.get("properties", {}):
        value = _OF_OPERATION.get((operation, name), _VALUES.get(name))
        if value is not None:
            body[name] = value
        elif name in schema.get("required", ()):
            raise LookupError(
                f"{operation}: add a sample of {name} to api_v1/documentation/body_samples.py"
            )
    return body


def _resolve(schema: JsonObject, document: JsonObject) -> JsonObject:
    if "$ref" in schema:
        resolved: JsonObject = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return resolved
    for choice in schema.get("anyOf", ()):
        if choice not in _NULLS and "properties" not in schema:
            return _resolve(choice, document)
    return schema
