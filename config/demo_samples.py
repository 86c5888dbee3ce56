"""Sample positions and candidates of the demo tenant, so that a first request returns something."""

import json
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings

from api_v1.happo.shapes import CANDIDATE, POSITION
from core.accounts.models import User
from core.accounts.values import Caller
from core.recruiting.services.candidates import create_candidates
from core.recruiting.services.positions import create_position
from core.recruiting.values import CandidateDraft, Invitation, PositionDraft

_SOON: Final = datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(
    days=60
)

SAMPLES: Final[tuple[tuple[PositionDraft, tuple[CandidateDraft, ...]], ...]] = (
    (
        PositionDraft(
            columns={
                "title": "Backend engineer",
                "location": "Amsterdam",
                "type": "full-time",
                "notes": "<p>Python and PostgreSQL, in a team of six. <b>Remote</b> for three days a week.</p>",
                "target_date": _SOON,
                "no_of_positions": 2,
                "status": "open",
            },
            collaborators=(
                Invitation(email="anna@demo.example", type="admin"),
                Invitation(email="chris@client.example", type="client"),
                Invitation(email="sam@supplier.example", type="supplier"),
            ),
        ),
        (
            CandidateDraft(
                columns={
                    "name": "Ada Byron",
                    "email": "ada@people.example",
                    "phone_number": "+31 20 555 0101",
                    "compensation": "EUR 78,000",
                    "description": "<p>Ten years of engines, analytical and other.</p>",
                    "available_from_date": _SOON,
                    "stack": "interviewing",
                }
            ),
            CandidateDraft(
                columns={
                    "name": "Edgar Codd",
                    "email": "edgar@people.example",
                    "stack": "shortlist",
                }
            ),
            CandidateDraft(columns={"name": "Grace Murray", "email": "grace@people.example"}),
        ),
    ),
    (
        PositionDraft(
            columns={
                "title": "Product designer",
                "location": "Berlin",
                "type": "part-time",
                "notes": "<p>Three days a week. Bring a portfolio.</p>",
                "no_of_positions": 1,
                "status": "open",
            },
            collaborators=(Invitation(email="anna@demo.example", type="admin"),),
        ),
        (
            CandidateDraft(
                columns={
                    "name": "Dieter Braun",
                    "email": "dieter@people.example",
                    "stack": "application",
                }
            ),
            CandidateDraft(columns={"name": "Ray Kaiser", "email": "ray@people.example"}),
        ),
    ),
    (
        PositionDraft(
            columns={
                "title": "Office manager",
                "location": "Lisbon",
                "notes": "<p>From autumn on.</p>",
            }
        ),
        (),
    ),
)


def add_samples(owner: User) -> None:
    """Create the sample positions and candidates in the active tenant, on behalf of `owner`."""
    caller = Caller(
        user_id=owner.pk,
        user_uuid=owner.uuid,
        email=owner.email,
        credential_id="demo",
        can_read=True,
        can_write=True,
        pinned_version=None,
        rate_per_second=settings.RATE_LIMIT_PER_SECOND,
        burst=settings.RATE_LIMIT_BURST,
    )
    for position, candidates in SAMPLES:
        made = UUID(json.loads(create_position(caller, position, shape=POSITION))["id"])
        if candidates:
            create_candidates(caller, made, candidates, shape=CANDIDATE)
