"""Who may see and change positions and candidates. All rules are here: in Python for one position, in SQL for lists.
DECISIONS of the contract: "who sees a position", "who changes it", "candidates".

    role      sees the position   changes it   sees candidates           creates and changes them
    creator   yes, archived too   yes          all                       yes
    admin     yes, archived too   yes          all                       yes
    client    until archived      no           all                       no
    supplier  until archived      no           its own, its colleagues'  those it sees

Of an archived position, creator and admins see the candidates too, and nothing in it is changed until it is restored.

A user who has declined, was never invited, or hasn't confirmed the mailbox that was invited, gets "not found", as for a
position that doesn't exist.
"""

from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from core.accounts.values import Caller
from core.domain_names import list_domain_forms
from core.errors import Forbidden, PositionArchived
from core.recruiting.mail_providers import is_public_provider
from core.recruiting.vocabulary import CollaboratorType
from core.sql import Parameters

# What the caller is to a position.
Role = Literal["creator"] | CollaboratorType


def allow_change(role: Role, *, action: str) -> None:
    """Allow `action` (a verb) on the position to its creator and admins; raise `Forbidden` for others."""
    if role not in ("creator", "admin"):
        raise Forbidden(action, "position")


def refuse_archived(position_id: UUID, *, archived_at: datetime | None) -> None:
    """Raise `PositionArchived` for a write to an archived position that its writer may see."""
    if archived_at is not None:
        raise PositionArchived(position_id)


def allow_candidate_change(role: Role, *, action: str, kind: str = "candidate") -> None:
    """Raise `Forbidden` for clients. The condition SEES_CANDIDATE limits which candidates a supplier finds."""
    if role == "client":
        raise Forbidden(action, kind)


def colleague_parameters(caller: Caller) -> Parameters:
    """Return the parameters of SEES_CANDIDATE: the caller, and whether its e-mail domain is that of a company."""
    forms = list_domain_forms(caller.email_domain)
    domain = forms[0]
    return {
        "user": caller.user_uuid,
        "domain": domain,
        "domain_forms": forms,
        "listed_as_public": is_public_provider(domain),
    }


def invites(row: str) -> str:
    """Return the SQL condition under which a row of recruiting_collaborator gives its user access.

    Parameter: %(user)s. A user who registered with an invited address and hasn't confirmed the mailbox gets no access.
    A placeholder to which an operator gave a key does.
    """
    return f"""(
        {row}.status NOT IN ('declined', 'awaiting_registration')
        OR {row}.status = 'awaiting_registration' AND NOT EXISTS (
            SELECT FROM accounts_user unproven
             WHERE unproven.uuid = %(user)s AND unproven.is_registered
               AND unproven.email_confirmed_at IS NULL))"""


# The row of the position %(position)s with the caller's role; no row if the caller may not see it.
# Parameters: %(position)s, %(user)s. A creator who is also invited stays its creator.
ROLE_IN_POSITION: Final = f"""
    SELECT p.id, p.archived_at, CASE WHEN p.created_by_id = %(user)s THEN 'creator' ELSE c.type END
      AS role
      FROM recruiting_position p
      LEFT JOIN recruiting_collaborator c
        ON c.position_id = p.id AND c.user_id = %(user)s AND {invites("c")}
     WHERE p.id = %(position)s AND p.deleted_at IS NULL
       AND (p.created_by_id = %(user)s OR c.id IS NOT NULL)
"""
# For a row of ROLE_IN_POSITION (as `access`): only the roles that may restore an archived position see it.
SEES_ARCHIVED: Final = "(access.archived_at IS NULL OR access.role IN ('creator', 'admin'))"
# The same for a reader to whom archived positions are shown or not: parameter %(archived)s.
SEES_IF_ARCHIVED: Final = f"(access.archived_at IS NULL OR %(archived)s AND {SEES_ARCHIVED})"

# For a candidate `c` and the role `access.role`. Parameters: those of `colleague_parameters`. What the tenant says of a
# domain counts more than Happo's own lists. A creator may have an older spelling of the domain (accounts 0002). The
# creator is a single value, so that PostgreSQL finds it by its index: for EXISTS it may read all users of the tenant.
SEES_CANDIDATE: Final = """(
    access.role <> 'supplier' OR c.created_by_id = %(user)s OR (
        NOT coalesce((SELECT said.is_public FROM recruiting_maildomain said
                       WHERE said.domain = %(domain)s::text), %(listed_as_public)s::boolean)
        AND coalesce((
            SELECT split_part(colleague.email, '@', 2) = ANY(%(domain_forms)s::text[])
                   OR octet_length(colleague.email) > length(colleague.email)
                   AND normalize(split_part(colleague.email, '@', 2), NFKC)
                       = ANY(%(domain_forms)s::text[])
              FROM accounts_user colleague WHERE colleague.uuid = c.created_by_id), false)))"""
