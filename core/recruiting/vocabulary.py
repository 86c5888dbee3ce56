"""The words that positions, collaborators and candidates allow. Models, services and API schemas derive from here."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

PositionType = Literal["full-time", "part-time"]
PositionStatus = Literal["draft", "open", "closed"]
CollaboratorType = Literal["admin", "client", "supplier"]
CollaboratorStatus = Literal["awaiting_registration", "awaiting_approval", "declined", "accepted"]
# Of the mail that invites a collaborator: it waits, was passed to a mail server, or that refused it.
InvitationMailState = Literal["waiting", "sent", "refused"]
# Which list of its position a candidate is on. The phase follows from it.
Stack = Literal[
    "draft", "application", "longlist", "interesting", "interviewing", "shortlist", "hired"
]
Phase = Literal["application", "screening", "evaluation", "decision", "hired"]
# In a candidate's history, the counterpart of a stack.
Rejected = Literal["rejected"]

NEW_POSITION_STATUS: Final[PositionStatus] = "draft"
NEW_CANDIDATE_STACK: Final[Stack] = "longlist"
REJECTED: Final[Rejected] = "rejected"
PHASE_OF: Final[Mapping[Stack, Phase]] = MappingProxyType(
    {
        "draft": "application",
        "application": "application",
        "longlist": "screening",
        "interesting": "screening",
        "interviewing": "evaluation",
        "shortlist": "decision",
        "hired": "hired",
    }
)
