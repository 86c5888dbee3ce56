"""A provider proves the address of an account that another person may have registered: that person's access ends."""

import base64
import time

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from core.accounts.invitations import invite_users
from core.accounts.logins.mailed_tokens import PASSWORD_RESET
from core.accounts.logins.password_changes import reset_password
from core.accounts.models import User
from core.accounts.oauth.clients import authenticate_client
from core.accounts.oauth.tokens import issue_tokens
from core.accounts.queries import authenticate_api_key
from core.accounts.services import register_confirmed_user
from core.accounts.sessions.queries import find_session
from core.accounts.sessions.second_factors import (
    begin_second_factor,
    confirm_second_factor,
    has_second_factor,
)
from core.accounts.sessions.services import start_session
from core.errors import Unauthenticated, WrongPassword
from core.mail.models import UserMailbox
from tenants.context import TenantRef
from tenants.credentials import token_prefixes
from tests.api_v1.jobhax.test_social_login import GOOGLE, ROUTE, google, log_in
from tests.clients import JobHaxClient
from tests.job_seekers import PASSWORD, client_of
from tests.recruiters import recruiter_for
from tests.standins.identity import IdentityStandin

NEW = "another long horse"


def set_up_console(user: User) -> str:
    """Return the cookie of a session in the console, whose user has set up a second factor since."""
    cookie = start_session(user, client_ip="192.0.2.7", user_agent="").token
    key = base64.b32decode(begin_second_factor(user, issuer="Acme").secret)
    code = TOTP(key, 6, SHA1(), 30).generate(int(time.time())).decode()  # noqa: S303
    confirm_second_factor(user, code=code, client_ip="192.0.2.7")
    return cookie


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
    cookie = set_up_console(nina)
    assert key.get("/positions").status == 200
    assert log_in(api, GOOGLE, google(standin, "g1")).code == 0
    assert thief.login("nina@gmail.test", PASSWORD).code == 6
    assert thief.get(ROUTE).code == 1
    assert thief.post_as_client("users/refresh_token", refresh_token=refresh).code == 1
    with pytest.raises(Unauthenticated):
        authenticate_api_key(key.key)
    assert not UserMailbox.objects.exists()
    assert find_session(cookie) is None
    assert not has_second_factor(nina.id)


def test_a_new_password_by_mail_ends_the_second_factor_of_another_person(acme: TenantRef) -> None:
    assert client_of(acme).register("nina@gmail.test").code == 0
    nina = User.objects.get(email="nina@gmail.test")
    cookie = set_up_console(nina)
    reset_password(PASSWORD_RESET.make(nina), password=NEW, repeated_password=NEW)
    assert find_session(cookie) is None
    assert not has_second_factor(nina.id)


def test_a_confirmed_user_keeps_the_second_factor_with_a_new_password(acme: TenantRef) -> None:
    nina = register_confirmed_user("nina@gmail.test", password=PASSWORD)
    set_up_console(nina)
    reset_password(PASSWORD_RESET.make(nina), password=NEW, repeated_password=NEW)
    assert has_second_factor(nina.id)


def test_a_log_in_that_the_take_over_overtakes_gives_nothing(
    api: JobHaxClient, acme: TenantRef, standin: IdentityStandin
) -> None:
    assert client_of(acme).register("nina@gmail.test").code == 0
    # As the log-in has read it when it compares the password.
    logged_in = User.objects.get(email="nina@gmail.test")
    assert log_in(api, GOOGLE, google(standin, "g1")).code == 0
    client = authenticate_client(api.client_id, secret=api.client_secret)
    with pytest.raises(WrongPassword):
        issue_tokens(client, user=logged_in, prefixes=token_prefixes(acme))
    with pytest.raises(WrongPassword):
        start_session(logged_in, client_ip="192.0.2.7", user_agent="")


def test_a_key_that_an_operator_gave_to_an_invited_person_stays_with_its_user(
    api: JobHaxClient, acme: TenantRef, standin: IdentityStandin
) -> None:
    invite_users(["nina@gmail.test"])
    key = recruiter_for(User.objects.get(email="nina@gmail.test")).key
    assert log_in(api, GOOGLE, google(standin, "g1")).code == 0
    assert authenticate_api_key(key).email == "nina@gmail.test"
