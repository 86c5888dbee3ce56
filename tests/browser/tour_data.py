"""What the pictures of the tour show: an installation of 40 tenants, one of them with people who hire and who look."""

import random
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Final

from django.utils import timezone

from config.demo.many_tenants import invent_requests, make_tenants
from config.demo.samples import add_seeker
from core.accounts.models import User
from core.accounts.services import issue_api_key, register_confirmed_user
from core.jobsearch.models import Application, Status
from core.recruiting.models import Candidate, Position
from tenants.context import TenantRef, tenant_scope
from tenants.counters.measuring import measure
from tenants.credentials import key_prefix
from tenants.provisioning import lifecycle
from tests.factories import (
    AttachmentFactory,
    CandidateFactory,
    CandidateMoveFactory,
    CollaboratorFactory,
    PositionFactory,
    UserFactory,
)

SLUG, HOST = "harbour-foods", "harbour-foods.localhost"
PASSWORD: Final = "a long way to Tipperary"
SEEKER: Final = "jo.winter@people.example"
_FIRST: Final = (
    "Amara", "Bela", "Chidi", "Dana", "Elif", "Farid", "Greta", "Hana", "Ines", "Jonas", "Kofi",
    "Lena", "Mateo", "Nadia", "Oskar", "Priya", "Quinn", "Rosa", "Sami", "Tomas", "Uma", "Vera",
)  # fmt: skip
_LAST: Final = (
    "Adler", "Brook", "Castell", "Dvorak", "Eriks", "Fontana", "Greaves", "Holm", "Ibsen", "Jansen",
    "Keller", "Lindt", "Moreau", "Novak", "Okoro", "Petrov", "Quist", "Rossi", "Santos", "Tanaka",
)  # fmt: skip
_STACKS: Final = {
    "application": 9,
    "longlist": 7,
    "interesting": 5,
    "interviewing": 4,
    "shortlist": 3,
    "hired": 1,
}
_TITLES: Final = (
    ("Head chef", "Porto"), ("Pastry cook", "Lisbon"), ("Restaurant manager", "Porto"),
    ("Buyer, fish and shellfish", "Vigo"), ("Payroll specialist", "Remote"),
)  # fmt: skip
_SOUGHT: Final = ("Line cook", "Sous chef", "Kitchen manager", "Pastry cook", "Restaurant manager")
_COMPANIES: Final = (
    "Juniper Hotels",
    "Fjord Foods",
    "Meadow Bakery",
    "Amber Clinics",
    "Harbour Inn",
)
_BOARDS: Final = ("LinkedIn", "Indeed", "Vettery", "Hired", "")


@dataclass(frozen=True)
class Shown:
    """The tenant of the tour with its owner, the position of its pipeline, and a job seeker."""

    tenant: TenantRef
    owner: User
    position: Position
    seeker: User


def make_installation() -> Shown:
    """Fill the database, with the same each time but for the dates."""
    chance = random.Random(7)  # noqa: S311 - no secret
    make_tenants(39)
    made = lifecycle.create_tenant(
        SLUG, name="Harbour Foods", owner_email="olivia.holm@harbour-foods.example"
    )
    with tenant_scope(made.ref):
        owner = User.objects.get(uuid=made.owner_uuid)
        owner.first_name, owner.last_name = "Olivia", "Holm"
        owner.set_password(PASSWORD)
        owner.save()
        for name in ("sami.keller", "ines.fontana"):
            colleague = register_confirmed_user(f"{name}@harbour-foods.example", password=PASSWORD)
            User.objects.filter(id=colleague.id).update(is_staff=name.startswith("sami"))
        issue_api_key(owner, prefix=key_prefix(made.ref))
        position = _add_positions(owner, chance)
        add_seeker(SEEKER, password=PASSWORD)
        seeker = User.objects.get(email=SEEKER)
        _add_applications(seeker, chance)
        measure.run()
    invent_requests({SLUG: 2_400})
    return Shown(made.ref, owner, position, seeker)


def _add_positions(owner: User, chance: random.Random) -> Position:
    now = timezone.now()
    partner = UserFactory(email="talent@kitchen-partners.example")
    positions = [
        PositionFactory(
            title=title,
            location=location,
            status="open",
            created_by=owner,
            created_at=now - timedelta(days=3 + 9 * number),
        )
        for number, (title, location) in enumerate(_TITLES)
    ]
    names = [f"{first} {last}" for first in _FIRST for last in _LAST]
    for position in positions:
        places = [stack for stack, number in _STACKS.items() for _ in range(number)]
        for stack, name in zip(places, chance.sample(names, len(places)), strict=True):
            made = now - timedelta(hours=chance.randrange(4, 400))
            email = f"{name.lower().replace(' ', '.')}@people.example"
            candidate = CandidateFactory(
                position=position,
                name=name,
                email=email,
                stack=stack,
                created_at=made,
                description="<p>Six years in two kitchens. Runs the pass on Saturdays.</p>",
            )
            if stack == "interviewing":
                _add_history(candidate)
        CollaboratorFactory(position=position, user=partner, type="supplier", status="accepted")
    return positions[0]


def _add_history(candidate: Candidate) -> None:
    AttachmentFactory(
        candidate=candidate, created_by=candidate.created_by, file_name="cv.pdf", size=84_000
    )
    steps = ("application", "longlist", "interesting", "interviewing")
    for days, (before, after) in enumerate(pairwise(steps)):
        CandidateMoveFactory(
            candidate=candidate,
            from_place=before,
            to_place=after,
            moved_at=candidate.created_at + timedelta(hours=5 * days + 1),
        )


def _add_applications(seeker: User, chance: random.Random) -> None:
    statuses = list(Status.objects.order_by("id"))
    now = timezone.now()
    Application.objects.bulk_create(
        Application(
            user=seeker,
            status=chance.choices(statuses, [8, *(2 for _ in statuses[1:])])[0],
            job_title=chance.choice(_SOUGHT),
            company=chance.choice(_COMPANIES),
            source=chance.choice(_BOARDS),
            apply_date=now - timedelta(days=int(chance.triangular(1, 330, 30))),
            is_rejected=chance.random() < 0.3,
        )
        for _ in range(70)
    )
