"""A provider proves the address of an account that another person may have registered: that person's access ends."""

import pytest

from core.accounts.invitations import invite_users
from core.accounts.models import User
from core.accounts.queries import authenticate_api_key
from core.errors import Unauthenticated
from core.mail.models import UserMailbox
from tenants.context import TenantRef
from tests.api_v1.jobhax.test_social_login import GOOGLE, ROUTE, google, log_in
from tests.clients import JobHaxClient
from tests.job_seekers import PASSWORD, client_of
from tests.recruiters import recruiter_for
from tests.standins.identity import IdentityStandin


def test_an_account_registered_with_another_persons_address_goes_to_the_owner_of_the_address(
    api: JobHaxClient, acme: TenantRef, standin: IdentityStandin
) -> None:
    thief = client_of(acme)
    assert thief.register("nina@gmail.test").code == 0
    assert thief.login("nina@gmail.test", PASSWORD).code == 0
    refresh = thief.login("nina@gmail.test", PASSWORD).data["refresh_token"]
    nina = User.objects.get(email="nina@gmail.test")
    key = recruiter_for(nina)
    UserMailbox.objects.create(user=nina, plugin="imap", account="thief", address="thief@x.test")
    assert key.get("/positions").status == 200
    assert log_in(api, GOOGLE, google(standin, "g1")).code == 0
    assert thief.login("nina@gmail.test", PASSWORD).code == 6
    assert thief.get(ROUTE).code == 1
    assert thief.post_as_client("users/refresh_token", refresh_token=refresh).code == 1
    with pytest.raises(Unauthenticated):
        authenticate_api_key(key.key)
    assert not UserMailbox.objects.exists()


def test_a_key_that_an_operator_gave_to_an_invited_person_stays_with_its_user(
    api: JobHaxClient, acme: TenantRef, standin: IdentityStandin
) -> None:
    invite_users(["nina@gmail.test"])
    key = recruiter_for(User.objects.get(email="nina@gmail.test")).key
    assert log_in(api, GOOGLE, google(standin, "g1")).code == 0
    assert authenticate_api_key(key).email == "nina@gmail.test"
