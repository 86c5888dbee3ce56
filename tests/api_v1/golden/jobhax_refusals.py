"""Requests that get each error of the JobHax API, for the sentences of `test_sentences.py`."""

from api_v1.routing import JSON_LIMIT
from tests.api_v1.golden.jobhax_script import PASSWORD, UNKNOWN_ID
from tests.api_v1.golden.operator_side import OperatorSide
from tests.api_v1.golden.transcript import Json, Transcript

APPLICATIONS = "/api/jobapps/get_jobapps"
ADD = "/api/jobapps/add_jobapp"
UPDATE = "/api/jobapps/update_jobapp"
NEW = {"job_title": "Tester", "company": "Acme", "application_date": "2019-02-10", "status_id": 1}


def run_script(to: Transcript, operator: OperatorSide) -> None:
    """Send the invalid requests that the other script doesn't send."""
    credentials(to, operator)
    to.bearer = operator.token()
    _requests(to)
    _registrations(to, operator)
    _linked_accounts(to, operator)
    _applications(to)
    _idempotency(to)
    _parameters_and_encodings(to)
    _suspension(to, operator)


def credentials(to: Transcript, operator: OperatorSide) -> None:
    """Use tokens without the right."""
    reads = operator.token("read", email="reader@golden.test")
    writes = operator.token("write", email="writer@golden.test")
    to.get(APPLICATIONS, bearer=reads)
    to.post(ADD, NEW, bearer=reads)
    to.get(APPLICATIONS, bearer=writes)
    to.get(APPLICATIONS, bearer=operator.token(email="late@golden.test", ended=True))
    to.get(APPLICATIONS, bearer=operator.token(email="eager@golden.test", spent=True))


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


def _registrations(to: Transcript, operator: OperatorSide) -> None:
    person = {
        "username": "jane",
        "email": "jane@mail.test",
        "password": PASSWORD,
        "password2": PASSWORD,
    }

    def send(**fields: Json) -> None:
        to.post("/api/users/register", operator.client_fields | person | fields, bearer=None)

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
    to.post("/api/users/login", operator.client_fields | wrong, bearer=None)
    to.post(
        "/api/users/refresh_token",
        operator.client_fields | {"refresh_token": "hpr_golden_wrong"},
        bearer=None,
    )
    to.post(
        "/api/users/logout", operator.client_fields | {"token": "hpa_golden_wrong"}, bearer=None
    )


def _linked_accounts(to: Transcript, operator: OperatorSide) -> None:
    token = {"provider": "google-oauth2", "token": "x"}
    to.post("/api/users/auth_social_user", operator.client_fields | token, bearer=None)
    to.post("/api/users/update_gmail_token", {"token": "x"})
    to.get("/api/users/get_linkedin_profile")
    to.get("/api/users/sync_user_emails")
    operator.link_dead_account("google-oauth2")
    operator.link_dead_account("linkedin-oauth2")
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
    to.post(ADD, NEW | {"status_id": UNKNOWN_ID})
    one = to.post(ADD, NEW) or to.get(APPLICATIONS)[0]
    to.post(UPDATE, {"jobapp_id": one["id"], "rejected": "perhaps"})
    to.post(UPDATE, {"jobapp_id": one["id"]})
    to.post(UPDATE, {"jobapp_id": UNKNOWN_ID, "rejected": True})
    to.post(
        "/api/jobapps/add_jobapp_note", {"jobapp_id": one["id"], "description": "\u00e9" * 131_073}
    )
    to.post("/api/jobapps/delete_jobapp_note", {"jobapp_note_id": UNKNOWN_ID})
    to.get(f"{APPLICATIONS}?limit=201&cursor=made-up")
    to.get(f"{APPLICATIONS}?cursor=made-up")


def _idempotency(to: Transcript) -> None:
    key = {"idempotency-key": "golden"}
    to.post(ADD, NEW, **{"idempotency-key": "x" * 256})
    to.post(ADD, NEW, **key)
    to.post(ADD, NEW, **key)
    to.post(ADD, NEW | {"company": "Another"}, **key)


def _parameters_and_encodings(to: Transcript) -> None:
    to.get(f"{APPLICATIONS}?sort=company")
    to.post(ADD, b"x", **{"content-encoding": "gzip"})


def _suspension(to: Transcript, operator: OperatorSide) -> None:
    operator.suspend()
    to.get(APPLICATIONS)
    to.post(
        "/api/users/login",
        operator.client_fields | {"username": "jane", "password": PASSWORD},
        bearer=None,
    )
