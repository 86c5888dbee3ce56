"""Rows of the active tenant, for tests that mention only what matters to them: `PositionFactory(created_by=anna)`."""

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from core.accounts.models import User
from core.recruiting.models import Attachment, Candidate, CandidateMove, Collaborator, Position


class UserFactory(DjangoModelFactory[User]):
    """A registered user who has confirmed the mailbox."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"user{n}@acme.test")
    password = "!"
    is_registered = True
    email_confirmed_at = factory.LazyFunction(timezone.now)


class PlaceholderFactory(UserFactory):
    """A user who was invited and has not registered."""

    email = factory.Sequence(lambda n: f"invited{n}@acme.test")
    is_registered = False
    email_confirmed_at = None


class PositionFactory(DjangoModelFactory[Position]):
    class Meta:
        model = Position

    title = factory.Sequence(lambda n: f"Tester {n}")
    created_by = factory.SubFactory(UserFactory)


class CollaboratorFactory(DjangoModelFactory[Collaborator]):
    class Meta:
        model = Collaborator

    position = factory.SubFactory(PositionFactory)
    user = factory.SubFactory(UserFactory)
    type = "admin"
    status = "accepted"
    ordinal = factory.Sequence(lambda n: n % 30_000)


class CandidateFactory(DjangoModelFactory[Candidate]):
    class Meta:
        model = Candidate

    position = factory.SubFactory(PositionFactory)
    name = factory.Sequence(lambda n: f"Riya {n}")
    created_by = factory.SelfAttribute("position.created_by")


class CandidateMoveFactory(DjangoModelFactory[CandidateMove]):
    class Meta:
        model = CandidateMove

    candidate = factory.SubFactory(CandidateFactory)
    actor = factory.SelfAttribute("candidate.created_by")
    from_place = "longlist"
    to_place = "interviewing"


class AttachmentFactory(DjangoModelFactory[Attachment]):
    """An upload that belongs to nothing, without a file behind it."""

    class Meta:
        model = Attachment

    file_name = "sample.pdf"
    content_type = "application/pdf"
    size = 1
    created_by = factory.SubFactory(UserFactory)
