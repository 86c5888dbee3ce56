"""Domain errors in words for an operator at a terminal."""

from core.errors import (
    Conflict,
    DomainError,
    EmailTaken,
    Invalid,
    NotFound,
    Problem,
    UsernameTaken,
    WeakPassword,
)

_SENTENCES = {
    "required": "{field} is required",
    "too_long": "{field} has more than {limit} characters",
    "slug": "{field} has to be 1 to 40 lower-case letters, digits and hyphens, with no hyphen at either end",
    "host_name": "{field} has to be a host name without port, like jobs.example.com",
    "not_email": "{field} has to be an e-mail address",
    "control_characters": "{field} has characters that can't be printed",
}


def sentence(error: DomainError) -> str:
    """Return what went wrong in one sentence, without a full stop."""
    match error:
        case Invalid(problems=problems):
            return "; ".join(_describe(problem) for problem in problems)
        case NotFound(kind=kind, id=identifier):
            return f"There is no {kind} {identifier}"
        case Conflict(kind=kind, reason=reason):
            return f"The {kind} {reason}"
        case EmailTaken():
            return "Another user has that e-mail address"
        case UsernameTaken():
            return "Another user has that user name"
        case WeakPassword(reasons=reasons):
            return " ".join(reasons)
    return f"{type(error).__name__} {error}".strip()


def _describe(problem: Problem) -> str:
    template = _SENTENCES.get(problem.code, "{field} is not valid ({code})")
    return template.format(field=problem.field or "input", code=problem.code, **problem.facts)
