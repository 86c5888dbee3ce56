"""The migration of users invited under two spellings of one address: its user gets all invitations."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from core.accounts.models import User
from core.recruiting.models import Collaborator, MailDomain
from tests.factories import CollaboratorFactory, PlaceholderFactory, PositionFactory, UserFactory
from tests.recruiters import Recruiter

MIGRATION = import_module("core.recruiting.migrations.0007_twins")
OLD, NEW = "anna@bücher.example", "anna@xn--bcher-kva.example"


def invite(anna: Recruiter) -> Collaborator:
    """Return an invitation of a placeholder with the old spelling."""
    placeholder = PlaceholderFactory(email=OLD)
    return CollaboratorFactory(
        position=anna.position(), user=placeholder, status="awaiting_registration"
    )


def migrate() -> None:
    with connection.schema_editor() as editor:
        MIGRATION.move_invitations(apps, editor)
        MIGRATION.store_mail_domains(apps, editor)


def test_the_user_of_the_address_gets_the_invitation_of_the_placeholder(anna: Recruiter) -> None:
    owner, invitation = UserFactory(email=NEW), invite(anna)
    migrate()
    moved = Collaborator.objects.get(id=invitation.id)
    assert (moved.user_id, moved.status) == (owner.uuid, "awaiting_approval")
    assert moved.position.updated_at > invitation.position.updated_at
    assert not User.objects.filter(email=OLD).exists()


def test_an_unproven_user_of_the_address_has_still_to_confirm_it(anna: Recruiter) -> None:
    owner, invitation = UserFactory(email=NEW, email_confirmed_at=None), invite(anna)
    migrate()
    moved = Collaborator.objects.get(id=invitation.id)
    assert (moved.user_id, moved.status) == (owner.uuid, "awaiting_registration")


def test_of_two_invitations_to_a_position_the_one_of_the_user_stays(anna: Recruiter) -> None:
    owner, invitation = UserFactory(email=NEW), invite(anna)
    hers = CollaboratorFactory(position=invitation.position, user=owner, status="declined")
    migrate()
    [left] = Collaborator.objects.filter(position=invitation.position)
    assert (left.id, left.status) == (hers.id, "declined")


def test_a_placeholder_that_made_something_stays(anna: Recruiter) -> None:
    UserFactory(email=NEW)
    invitation = invite(anna)
    placeholder = User.objects.get(email=OLD)
    PositionFactory(created_by=placeholder)
    migrate()
    assert Collaborator.objects.get(id=invitation.id).user_id == placeholder.uuid


@pytest.mark.parametrize("already", [True, False])
def test_what_was_said_of_a_domain_counts_for_its_stored_form(
    anna: Recruiter, already: bool
) -> None:
    MailDomain.objects.create(domain="bücher.example", is_public=True)
    if already:
        MailDomain.objects.create(domain="xn--bcher-kva.example", is_public=False)
    migrate()
    said = list(MailDomain.objects.values_list("domain", "is_public"))
    assert said == [("xn--bcher-kva.example", not already)]
