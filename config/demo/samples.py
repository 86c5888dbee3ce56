"""What is in the demo tenant from the start, so that a first request to either API returns something."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from django.conf import settings

from api_v1.happo.shapes import CANDIDATE, POSITION
from core.accounts.models import User
from core.accounts.services import register_confirmed_user
from core.accounts.values import Caller
from core.mail.intake import take_in
from core.mail.origins import IncomingMail, origin_of_file
from core.recruiting.services.candidates import create_candidates
from core.recruiting.services.positions import create_position
from core.recruiting.values import CandidateDraft, Invitation, PositionDraft
from providers.mime.files import read_paths

# Synthetic mail of several job boards, and a private one.
MAILBOX: Final = Path(__file__).with_name("mail.mbox")
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
                "notes": (
                    "<p>Python and PostgreSQL, in a team of six."
                    " <b>Remote</b> for three days a week.</p>"
                ),
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


def add_seeker(email: str, *, password: str) -> None:
    """Create a job seeker in the active tenant, with the applications that a mailbox file gives."""
    seeker = register_confirmed_user(email, username=email.partition("@")[0], password=password)
    mails = (
        IncomingMail(mail.raw, origin_of_file(mail.folder), reason=mail.reason)
        for mail in read_paths([MAILBOX])
    )
    for _ in take_in(seeker.id, mails):
        pass
