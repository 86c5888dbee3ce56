"""The golden script of a user's own account: routes of the head alone."""

from typing import Final

from tests.api_v1.golden.jobhax_script import PASSWORD, UNKNOWN_ID
from tests.api_v1.golden.operator_side import OperatorSide
from tests.api_v1.golden.transcript import Transcript
from tests.tenants.inbound.serving import taking_mail

EMAIL: Final = "jane@mail.test"
NEW: Final = "another one, just as long"


def run_script(to: Transcript, operator: OperatorSide) -> None:
    """Send all requests, as the user of the other script, who has logged out."""
    to.bearer = operator.token(email=EMAIL)
    _mails(to, operator)
    _profile(to)
    _mailboxes(to, operator)
    _passwords(to, operator)
    _end(to, operator)


def _mails(to: Transcript, operator: OperatorSide) -> None:
    client = {"client_id": operator.tenant.client_id}
    for route in ("resend_confirmation", "forgot_password"):
        for email in (EMAIL, "unknown@mail.test", "nonsense"):
            to.post(f"/api/users/{route}", {"email": email, **client}, bearer=None)
    confirm = "/api/users/confirm_email"
    to.post(confirm, {"token": operator.confirmation_token(EMAIL)})
    to.post(confirm, {"token": "made-up"})
    to.post(confirm, {"token": operator.confirmation_token(EMAIL, ended=True)})


def _profile(to: Transcript) -> None:
    to.get("/api/users/me")
    to.send("PATCH", "/api/users/me", {"last_name": "Doe", "time_zone": "Pacific/Auckland"})
    to.send("PATCH", "/api/users/me", {"time_zone": "Mars/Base"})
    to.get("/api/users/export")


def _mailboxes(to: Transcript, operator: OperatorSide) -> None:
    add, update = "/api/mailboxes/add_mailbox", "/api/mailboxes/update_mailbox"
    mailbox = {"mailbox_id": operator.connect_mailbox(EMAIL)}
    to.get("/api/mailboxes/get_mailboxes")
    to.post(update, {**mailbox, "paused": True})
    to.post("/api/mailboxes/sync_mailbox", mailbox)
    to.post(update, {**mailbox, "paused": False})
    to.post("/api/mailboxes/sync_mailbox", mailbox)
    to.post(update, {"mailbox_id": UNKNOWN_ID, "paused": True})
    to.post("/api/mailboxes/delete_mailbox", {**mailbox, "delete_mail": True})
    to.post("/api/mailboxes/delete_mailbox", mailbox)
    to.post(add, {"plugin": "pop3"})
    to.post(add, {"plugin": "imap", "host": "mail.golden.test"})
    to.post(add, {"plugin": "gmail", "code": "x", "redirect_uri": "https://app.golden.test/"})
    to.post(add, {"plugin": "forward"})
    with taking_mail():
        to.post(add, {"plugin": "forward"})


def _passwords(to: Transcript, operator: OperatorSide) -> None:
    change, reset = "/api/users/change_password", "/api/users/reset_password"
    new = {"password": NEW, "password2": NEW}
    to.post(change, {"old_password": "wrong", **new})
    to.post(change, {"old_password": PASSWORD, **new, "password2": "differs"})
    to.post(change, {"old_password": PASSWORD, **new})
    to.get("/api/users/me")
    token = operator.reset_token(EMAIL)
    to.post(reset, {"token": "golden.made-up", **new}, bearer=None)
    to.post(reset, {"token": token, "password": "123456", "password2": "123456"}, bearer=None)
    to.post(reset, {"token": token, **new}, bearer=None)
    to.post(reset, {"token": token, **new}, bearer=None)


def _end(to: Transcript, operator: OperatorSide) -> None:
    to.bearer = operator.token(email=EMAIL)
    delete = "/api/users/delete_account"
    to.post(delete, {})
    to.post(delete, {"password": "wrong"})
    to.post(delete, {"provider": "google-oauth2", "token": "made-up"})
    to.post(delete, {"password": NEW})
    to.get("/api/users/me")
    to.post(delete, {"password": NEW}, bearer=operator.owner_token(password=NEW))
