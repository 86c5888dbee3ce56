"""Every way in which the JobHax API refuses a request, for the sentences of `test_sentences.py`."""

from api_v1.routing import JSON_LIMIT
from tests.api_v1.golden.jobhax_script import NOBODY, PASSWORD
from tests.api_v1.golden.operator_side import Backstage
from tests.api_v1.golden.transcript import Json, Transcript

APPLICATIONS = "/api/jobapps/get_jobapps"
ADD = "/api/jobapps/add_jobapp"
UPDATE = "/api/jobapps/update_jobapp"
NEW = {"job_title": "Tester", "company": "Acme", "application_date": "2019-02-10", "status_id": 1}


def talk(to: Transcript, behind: Backstage) -> None:
    """Ask for what can't be, of what the other talk leaves out."""
    credentials(to, behind)
    to.bearer = behind.token()
    _requests(to)
    _registrations(to, behind)
    _linked_accounts(to, behind)
    _applications(to)
    _idempotency(to)
    _suspension(to, behind)


def credentials(to: Transcript, behind: Backstage) -> None:
    """Use tokens that may not do it."""
    reads = behind.token("read", email="reader@golden.test")
    writes = behind.token("write", email="writer@golden.test")
    to.get(APPLICATIONS, bearer=reads)
    to.post(ADD, NEW, bearer=reads)
    to.get(APPLICATIONS, bearer=writes)
    to.get(APPLICATIONS, bearer=behind.token(email="late@golden.test", ended=True))
    to.get(APPLICATIONS, bearer=behind.token(email="eager@golden.test", spent=True))


def _requests(to: Transcript) -> None:
    to.get(APPLICATIONS, **{"x-happo-api-version": "v20180702"})
    to.get(APPLICATIONS, host="no host")
    to.get(f"{APPLICATIONS}?q=%00")
    to.get(f"{APPLICATIONS}?q=%ff")
    to.get("/api/nowhere")
    to.post(ADD, b'{"job_title": "x",}')
    to.post(ADD)
    to.post(ADD, b"[]")
    to.post(ADD, b"job_title=x", **{"content-type": "application/x-www-form-urlencoded"})
    to.post(ADD, NEW, **{"content-type": "application/json; charset=latin-1"})
    to.post(ADD, **{"content-length": str(JSON_LIMIT + 1)})
    to.post(ADD, **{"content-length": "many"})
    to.send("DELETE", ADD)


def _registrations(to: Transcript, behind: Backstage) -> None:
    person = {
        "username": "jane",
        "email": "jane@mail.test",
        "password": PASSWORD,
        "password2": PASSWORD,
    }

    def send(**fields: Json) -> None:
        to.post("/api/users/register", behind.client_fields | person | fields, bearer=None)

    send(client_id="hpc_golden_wrong")
    send(client_id=None, client_secret=None)
    send(username="joe@mail.test")
    send(username="ja\tne")
    send(password2="another")
    send(password="1234567", password2="1234567")
    send()
    send(email="june@mail.test")
    send(username="june")
    wrong = {"username": "jane", "password": "wrong"}
    to.post("/api/users/login", behind.client_fields | wrong, bearer=None)
    to.post(
        "/api/users/refresh_token",
        behind.client_fields | {"refresh_token": "hpr_golden_wrong"},
        bearer=None,
    )
    to.post("/api/users/logout", behind.client_fields | {"token": "hpa_golden_wrong"}, bearer=None)


def _linked_accounts(to: Transcript, behind: Backstage) -> None:
    token = {"provider": "google-oauth2", "token": "x"}
    to.post("/api/users/auth_social_user", behind.client_fields | token, bearer=None)
    to.post("/api/users/update_gmail_token", {"token": "x"})
    to.get("/api/users/get_linkedin_profile")
    to.get("/api/users/sync_user_emails")
    behind.link_dead_account("google-oauth2")
    behind.link_dead_account("linkedin-oauth2")
    to.get("/api/users/get_linkedin_profile")
    to.get("/api/users/sync_user_emails")


def _applications(to: Transcript) -> None:
    to.post(ADD, NEW | {"company": 5})
    to.post(ADD, NEW | {"company": None})
    to.post(ADD, NEW | {"company": " "})
    to.post(ADD, NEW | {"company": "x" * 201})
    to.post(ADD, NEW | {"company": "a\0b"})
    to.post(ADD, NEW | {"application_date": "soon"})
    to.post(ADD, NEW | {"application_date": "1899-12-31"})
    to.post(ADD, NEW | {"status_id": "first"})
    to.post(ADD, NEW | {"status_id": NOBODY})
    one = to.post(ADD, NEW) or to.get(APPLICATIONS)[0]
    to.post(UPDATE, {"jobapp_id": one["id"], "rejected": "perhaps"})
    to.post(UPDATE, {"jobapp_id": one["id"]})
    to.post(UPDATE, {"jobapp_id": NOBODY, "rejected": True})
    to.post(
        "/api/jobapps/add_jobapp_note", {"jobapp_id": one["id"], "description": "\u00e9" * 5_121}
    )
    to.post("/api/jobapps/delete_jobapp_note", {"jobapp_note_id": NOBODY})
    to.get(f"{APPLICATIONS}?limit=201&cursor=made-up")
    to.get(f"{APPLICATIONS}?cursor=made-up")


def _idempotency(to: Transcript) -> None:
    key = {"idempotency-key": "golden"}
    to.post(ADD, NEW, **{"idempotency-key": "x" * 256})
    to.post(ADD, NEW, **key)
    to.post(ADD, NEW, **key)
    to.post(ADD, NEW | {"company": "Another"}, **key)


def _suspension(to: Transcript, behind: Backstage) -> None:
    behind.suspend()
    to.get(APPLICATIONS)
    to.post(
        "/api/users/login",
        behind.client_fields | {"username": "jane", "password": PASSWORD},
        bearer=None,
    )
