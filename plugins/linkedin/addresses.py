"""LinkedIn's addresses of jobs, and what their tracking parameters say of where they stood in the mail."""

from __future__ import annotations

import re
from urllib.parse import unquote

_JOB_ID = re.compile(
    r"//(?:[\w-]+\.){0,4}linkedin\.com/(?:comm/)?(?:jobs/view/(?:[^/?#\s]{0,300}?-)?(?P"
    r"<path>\d{4,20})(?=[/?#&\s\"'<>)\]]|$)"
    r"|[^\s]{0,1000}?[?&](?:currentJobId|jobId)=(?P<query>\d{4,20}))"
)
_RECOMMENDED = re.compile(
    r"jymbii|similar|recommend|job_?alert|suggest|people_also|more_jobs", re.IGNORECASE
)
_MAX_CHARACTERS = 4_000
_APPLIED = re.compile(r"applied_?job|applicant_?applied", re.IGNORECASE)


def job_id(address: str) -> str | None:
    """Return LinkedIn's number of the job that an address opens."""
    address = address[:_MAX_CHARACTERS]
    found = _JOB_ID.search(address) or (
        _JOB_ID.search(unquote(address)) if "%" in address else None
    )
    return (found["path"] or found["query"]) if found else None


def lasting_address(address: str) -> str | None:
    """Return the public address of the job: the one in the mail signs the member in."""
    number = job_id(address)
    return f"https://www.linkedin.com/jobs/view/{number}/" if number else None


def is_recommended(address: str) -> bool:
    """Tell whether the address stood in the card of a recommended job."""
    return _RECOMMENDED.search(address) is not None


def is_applied(address: str) -> bool:
    """Tell whether the address stood in the card of the job that was applied for."""
    return _APPLIED.search(address) is not None
