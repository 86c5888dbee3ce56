"""One sentence for each domain error and for each code of a problem: for both APIs, the command line and the admin.

A sentence holds no status and no error code: those are each API's own. It never tells more than the docstring of its
error allows, and ends without a full stop.
"""

from collections.abc import Mapping
from dataclasses import replace
from math import ceil
from typing import Any, Final

from core import errors
from core.errors import DomainError, Fact, Problem

# What follows the name of the field. `{...}` are facts of the problem.
PROBLEMS: Final[Mapping[str, str]] = {
    "required": "is required",
    "null": "must not be null",
    "blank": "must not be blank",
    "not_text": "must be a string",
    "nul": "must not contain NUL characters",
    "control_characters": "must not contain control characters",
    "at_sign": "must not contain @, unless it is your e-mail address",
    "too_long": "must be at most {limit} characters",
    "too_many_bytes": "must be at most {limit} bytes",
    "too_deep": "must not have more than {limit} tags inside of each other",
    "too_entangled": "must not have so many tags that are not closed, or not in their order",
    "too_short": "must be at least {limit} characters",
    "too_many": "must have at most {limit} items",
    "too_few": "must have at least {limit} items",
    "not_one_of": "must be one of [{choices}]",
    "not_email": "must be a valid email",
    "not_mail_domain": "must be a mail domain, like example.com",
    "not_domain": "must be a domain name that IDNA 2008 allows, like bücher.example",
    "mixed_scripts": (
        "must not mix letters of {scripts}; in the form of DNS (xn--...) it is accepted"
    ),
    "not_url": "must be a valid http or https URL",
    "not_date": "must be a valid date or date-time (ISO 8601)",
    "date_out_of_range": "must be between the years {first} and {last}",
    "not_time_zone": "must be the name of a time zone, like Pacific/Auckland",
    "not_integer": "must be an integer",
    "not_number": "must be a number",
    "not_boolean": "must be true or false",
    "too_small": "must be at least {limit}",
    "too_big": "must be at most {limit}",
    "not_uuid": "must be a valid UUID",
    "not_object": "must be an object",
    "not_list": "must be a list",
    "not_file": "must be a file",
    "not_one_file": "must be one file",
    "duplicate_email": "is given more than once: {email}",
    "duplicate_id": "is given more than once: {id}",
    "duplicate_domain": "is given more than once: {domain}",
    "unknown_attachment": "is not an attachment that can be used here: {id}",
    "empty_file": "must not be empty",
    "one_of_required": "needs at least one of [{choices}]",
    "idempotency_key": "must be 1 to {limit} printable ASCII characters",
    "unknown_parameter": "is not a query parameter of this request",
    "bad_cursor": "must be a cursor from an earlier answer",
    "bad_link": "must be the token of a mailed link that was not used yet",
    "link_expired": "must be the token of a mailed link that has not expired",
    "without_refresh_token": "must be of a request with access_type=offline and prompt=consent",
    "refused_by_server": "is not accepted by the mail server",
    "unknown_host": "must be a host name with an address",
    "forbidden_host": "must not be in a private network, nor have a port of another service",
    "untrusted_host": "must be a server that encrypts, with a certificate of that name",
    "not_mail_server": "must be a mail server",
    "unknown_folder": "must be folders of the mailbox",
    "not_set_up": "must be a kind of mailbox that is set up: an operator has to",
    "slug": (
        "has to be 1 to 40 lower-case letters, digits and hyphens, with no hyphen at either end"
    ),
    "not_origin": "has to be an origin like https://host or https://host:port",
    "host_name": "has to be a host name without port, like jobs.example.com",
    "invalid": "is not valid",
}
# Operators type arguments where clients send JSON; their sentences say what an argument should be.
_PROBLEMS_FOR_OPERATORS: Final[Mapping[str, str]] = {
    **PROBLEMS,
    "not_email": "has to be an e-mail address",
    "not_mail_domain": "has to be a mail domain, like example.com",
    "not_domain": "has to be a domain name that IDNA 2008 allows, like bücher.example",
    "control_characters": "has characters that can't be printed",
}
# A test holds that every quota has one.
QUOTA_SENTENCES: Final[Mapping[str, str]] = {
    "storage": "This account may store at most {limit} bytes of attachments",
    "positions": "This account may have at most {limit} positions: delete one first",
    "candidates": "A position may have at most {limit} candidates: delete one first",
    "invitations": "This account may invite at most {limit} new people within an hour",
    "jobs": "This account has {limit} jobs waiting already: try again later",
}
# Of the errors whose sentence states no fact.
_SENTENCES: Final[Mapping[type[DomainError], str]] = {
    errors.ReadOnlyCredential: "This credential may only read",
    errors.WriteOnlyCredential: "This credential may not read",
    errors.TenantSuspended: "This account is suspended",
    errors.PositionArchived: "Position is archived: restore it first",
    errors.TenantBusy: "The requests of this account take too long: try again later",
    errors.WrongPassword: "The user name or the password is wrong",
    errors.PasswordsDiffer: "password and password2 must be the same",
    errors.UsernameTaken: "That username is taken",
    errors.EmailTaken: "That email is being used",
    errors.WrongClient: "client_id or client_secret is wrong",
    errors.ForeignToken: "The token was not issued to this client",
    errors.MailTokenRefused: "The Google token can't be used to read mail",
    errors.MailTokenExpired: "The Google token has expired: send a fresh one",
    errors.MailboxRefused: "The mailbox no longer accepts its log-in: connect it again",
}
WHOLE_BODY: Final = "The body"


def message_for(error: DomainError) -> str:
    """Return one sentence for the client of an API; of several problems it names the first."""
    match error:
        case errors.NotFound(kind=kind):
            return f"{_capitalize(kind)} not found"
        case errors.Forbidden(action=action, kind=kind):
            return f"You may not {action} this {_spaced(kind)}"
        case errors.Invalid(problems=problems):
            return message_for_problem(problems[0])
        case errors.Conflict(kind=kind, reason=reason):
            return f"{_capitalize(kind)} {reason}"
        case errors.Unauthenticated(reason="missing"):
            return "Authorization header is required: Bearer and your secret key"
        case errors.Unauthenticated():
            return "The credential is not valid"
        case errors.TooLarge(limit=limit, subject="file"):
            return f"The file must be at most {limit // 1024**2} MB ({limit} bytes)"
        case errors.TooLarge(limit=limit):
            return f"The body must be at most {limit} bytes"
        case errors.RateLimited():
            return f"Too many requests: try again in {seconds_to_wait(error)} s"
        case errors.QuotaExceeded(quota=quota, limit=limit):
            return QUOTA_SENTENCES.get(quota, "The quota {quota} is {limit}").format(
                quota=quota, limit=limit
            )
        case errors.ProviderDown(provider=provider):
            return f"{_capitalize(provider)} does not answer: try again later"
        case errors.DatabaseDown() | errors.Overloaded():
            return "The service is not available: try again later"
        case errors.WeakPassword(reasons=reasons):
            return " ".join(reasons)
        case errors.TokenRefused(kind=kind):
            return f"The {kind} token is not accepted"
        case errors.IdentityMissing(provider=provider):
            return f"No {_capitalize(provider)} account is linked"
    if sentence := _SENTENCES.get(type(error)):
        return sentence
    raise NotImplementedError(f"{type(error).__name__} has no sentence")


def message_for_operator(error: DomainError) -> str:
    """Return one sentence for an operator: with the id that was looked for, and every problem of `Invalid`."""
    match error:
        case errors.NotFound(kind=kind, id=None):
            return f"There is no such {_spaced(kind)}"
        case errors.NotFound(kind=kind, id=wanted):
            return f"There is no {_spaced(kind)} {wanted}"
        case errors.Invalid(problems=problems):
            return "; ".join(_describe(problem, _PROBLEMS_FOR_OPERATORS) for problem in problems)
        case errors.Conflict(kind=kind, reason=reason):
            return f"The {_spaced(kind)} {reason}"
        case errors.SchemaOutdated():
            return "The tenant has an older schema: run manage.py migrate_tenants"
        case errors.EmailTaken():
            return "Another user has that e-mail address"
        case errors.UsernameTaken():
            return "Another user has that user name"
    return message_for(error)


def message_for_problem(problem: Problem) -> str:
    """Return e.g. `candidates[3].email must be a valid email`; the body as a whole is called `The body`."""
    return _describe(problem, PROBLEMS)


def message_beside_field(problem: Problem) -> str:
    """Return e.g. `Must be a valid email`, for a form that shows it beside the field."""
    named = _describe(replace(problem, field=""), _PROBLEMS_FOR_OPERATORS)
    return _capitalize(named.removeprefix(WHOLE_BODY).lstrip())


def seconds_to_wait(
    error: errors.RateLimited | errors.Overloaded | errors.QuotaUsedUpForNow,
) -> int:
    """Return after how many whole seconds, at least 1, it makes sense to try again."""
    return max(1, ceil(error.retry_after.total_seconds()))


def _describe(problem: Problem, sentences: Mapping[str, str]) -> str:
    template = sentences.get(problem.code, sentences["invalid"])
    return f"{problem.field or WHOLE_BODY} {template.format_map(_Facts(problem.facts))}"


def _spaced(kind: str) -> str:
    return kind.replace("_", " ")


def _capitalize(kind: str) -> str:
    name = _spaced(kind)
    return name[:1].upper() + name[1:]


class _Facts(dict[str, Fact]):
    """Facts for `str.format_map`: lists are joined, and a missing fact leaves a gap rather than raising."""

    def __getitem__(self, name: str) -> Any:  # Any: what format_map wants
        value = self.get(name, "")
        return ", ".join(value) if isinstance(value, tuple) else value
