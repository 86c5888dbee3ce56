"""The golden script of the JobHax API: each route, and the errors that a client may get."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.api_v1.golden.transcript import Json, Transcript

UNKNOWN_ID = 4_000_000_000
DISMISS = "POST /jobapps/dismiss_mail"
PASSWORD = "long enough, and nobody's name"


@dataclass(frozen=True)
class OAuthClient:
    """The OAuth client that requests tokens."""

    id: str
    secret: str

    @property
    def fields(self) -> dict[str, str]:
        """Return its fields in the body of a log-in."""
        return {"client_id": self.id, "client_secret": self.secret}


def run_script(to: Transcript, client: OAuthClient, *, receive_mail: Callable[[], None]) -> None:
    """Send all requests, as a user who registers first. `receive_mail`: gives the user a receipt of a job board."""
    _register(to, client)
    tokens = _log_in(to, client)
    to.bearer = tokens["access_token"]
    _providers(to)
    _applications(to)
    _notes(to)
    _metrics(to)
    if to.has_route(DISMISS):
        receive_mail()
        _mail(to)
    _log_out(to, client, tokens)


def _register(to: Transcript, client: OAuthClient) -> None:
    person = {
        "username": "jane",
        "email": "jane@mail.test",
        "password": PASSWORD,
        "password2": PASSWORD,
    }
    register = "/api/users/register"
    to.post(register, {**client.fields, **person, "first_name": "Jane"}, bearer=None)
    to.post(register, {**client.fields, **person}, bearer=None)
    to.post(register, {**client.fields, **person, "username": "june"}, bearer=None)
    to.post(register, {**client.fields, **person, "password2": "another"}, bearer=None)
    weak = {
        "username": "jim",
        "email": "jim@mail.test",
        "password": "123456",
        "password2": "123456",
    }
    to.post(register, {**client.fields, **weak}, bearer=None)
    to.post(register, {**client.fields, "username": "jim"}, bearer=None)


def _log_in(to: Transcript, client: OAuthClient) -> Json:
    login, refresh = "/api/users/login", "/api/users/refresh_token"
    first = to.post(login, {**client.fields, "username": "jane", "password": PASSWORD}, bearer=None)
    to.post(login, {**client.fields, "username": "jane", "password": "wrong"}, bearer=None)
    to.post(
        login,
        {**client.fields, "client_secret": "x", "username": "jane", "password": "x"},
        bearer=None,
    )
    tokens = to.post(
        refresh, {**client.fields, "refresh_token": first["refresh_token"]}, bearer=None
    )
    to.post(refresh, {**client.fields, "refresh_token": "hpr_golden_wrong"}, bearer=None)
    to.post(
        "/api/users/auth_social_user",
        {**client.fields, "provider": "myspace", "token": "x"},
        bearer=None,
    )
    to.get("/api/jobapps/get_jobapps", bearer=None)
    to.get("/api/jobapps/get_jobapps", bearer="hpa_golden_wrong")
    to.get("/api/nowhere")
    to.send("PUT", login, {})
    return tokens


def _providers(to: Transcript) -> None:
    to.get("/api/users/me")
    to.get("/api/users/get_linkedin_profile")
    to.get("/api/users/sync_user_emails")
    to.get("/api/users/get_user_google_mails")
    to.post("/api/users/update_gmail_token", {})


def _applications(to: Transcript) -> None:
    add, update = "/api/jobapps/add_jobapp", "/api/jobapps/update_jobapp"
    new = {
        "job_title": "Tester",
        "company": "Acme",
        "application_date": "2019-02-10",
        "status_id": 1,
    }
    to.get("/api/jobapps/get_statuses")
    to.post(add, {**new, "source": "Indeed"})
    to.post(
        add,
        {**new, "job_title": "Cook", "status_id": "2", "application_date": "2019-01-23T14:18:12Z"},
    )
    to.post(add, {**new, "status_id": UNKNOWN_ID})
    to.post(add, {"job_title": " "})
    to.post(add, b"nonsense")
    to.get("/api/jobapps/get_jobapps")
    to.get("/api/jobapps/get_jobapps?limit=1")
    to.get("/api/jobapps/get_jobapps?status_id=2")
    to.post(update, {"jobapp_id": 1, "status_id": 3})
    to.post(update, {"jopapp_id": "1", "rejected": True})
    to.post(update, {"jobapp_id": 1})
    to.post(update, {"jobapp_id": UNKNOWN_ID, "status_id": 3})
    to.get("/api/jobapps/get_status_history?jopapp_id=1")
    to.get(f"/api/jobapps/get_status_history?jobapp_id={UNKNOWN_ID}")
    to.get("/api/jobapps/get_jobapp_detail?jobapp_id=1")
    to.get("/api/jobapps/get_jobapp_detail")
    to.post("/api/jobapps/delete_jobapp", {"jobapp_id": 2})
    to.post("/api/jobapps/delete_jobapp", {"jobapp_id": 2})


def _notes(to: Transcript) -> None:
    add, update = "/api/jobapps/add_jobapp_note", "/api/jobapps/update_jobapp_note"
    to.post(add, {"jobapp_id": 1, "description": "Ask for Ann"})
    to.post(add, {"jobapp_id": 1, "description": ""})
    to.post(add, {"jobapp_id": UNKNOWN_ID, "description": "x"})
    to.get("/api/jobapps/get_jobapp_notes?jobapp_id=1")
    to.post(update, {"jobapp_note_id": 1, "description": "Ask for Anna"})
    to.post(update, {"jobapp_note_id": UNKNOWN_ID, "description": "x"})
    to.get("/api/jobapps/get_jobapp_notes?jobapp_id=1")
    to.post("/api/jobapps/delete_jobapp_note", {"jobapp_note_id": 1})
    to.post("/api/jobapps/delete_jobapp_note", {"jobapp_note_id": 1})


def _metrics(to: Transcript) -> None:
    to.get("/api/metrics/get_total_application_count")
    to.get("/api/metrics/get_application_count_by_month")
    to.get("/api/metrics/get_application_count_by_month_with_total")
    to.get("/api/metrics/get_count_by_statuses")
    to.get("/api/metrics/get_word_count")
    to.get("/api/metrics/get_count_by_jobtitle_and_statuses")


def _mail(to: Transcript) -> None:
    to.get("/api/users/get_user_google_mails")
    [jobapp] = to.get("/api/jobapps/get_jobapps?source=Indeed&q=Waiter")
    of_jobapp = f"?jobapp_id={jobapp['id']}"
    to.get(f"/api/jobapps/get_status_history{of_jobapp}")
    [mail] = to.get(f"/api/jobapps/get_jobapp_detail{of_jobapp}")["mails"]
    dismiss = "/api/jobapps/dismiss_mail"
    to.post(dismiss, {"jobapp_id": 1, "mail_id": mail["id"]})
    to.post(dismiss, {"jobapp_id": jobapp["id"], "mail_id": UNKNOWN_ID})
    to.post(dismiss, {"jobapp_id": jobapp["id"], "mail_id": mail["id"]})
    to.post(dismiss, {"jobapp_id": jobapp["id"], "mail_id": mail["id"]})
    to.get("/api/jobapps/get_jobapps?q=Waiter")


def _log_out(to: Transcript, client: OAuthClient, tokens: Json) -> None:
    to.post("/api/users/logout", {**client.fields, "token": tokens["access_token"]}, bearer=None)
    to.post("/api/users/logout", {**client.fields, "token": "hpa_golden_wrong"}, bearer=None)
    to.get("/api/jobapps/get_statuses")
