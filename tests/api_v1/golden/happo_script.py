"""The golden script of the Happo API: each route, and the errors that a client may get.

Each version gets the same requests. It rejects those that it doesn't have, and the transcript shows that too.
"""

from api_v1.versions import OLDEST
from tests.api_v1.golden.transcript import Transcript

UNKNOWN_ID = "00000000-0000-4000-8000-000000000000"
POSITION = {
    "title": "Software Tester",
    "location": "Malmo, Sweden",
    "notes": '<p onclick="x()">Hard work</p><script>alert(1)</script>',
    "type": "full-time",
    "adPostingLink": "https://jobs.acme.test/42",
    "targetDate": "2018-10-05",
    "noOfPositions": "2",
    "status": "open",
    "collaborators": [
        {"email": "client@customer.test", "type": "client", "status": "accepted"},
        {"email": "colleague@golden.test", "type": "admin"},
    ],
    "unheard": "of",
}
CANDIDATE = {
    "name": "Riya Sharma",
    "phoneNumber": "+46 70 123",
    "compensation": "500 SEK/h",
    "email": "riya@mail.test",
    "description": "<b>Tests</b> everything",
    "availableFromDate": "2018-08-05T10:00:00+02:00",
    "stack": "interesting",
}


def run_script(to: Transcript, colleague: str) -> None:
    """Send all requests; `colleague` is the API key of colleague@golden.test."""
    meet(to)
    _positions(to, colleague)
    _candidates(to)
    _attachments(to)
    _life_of_a_position(to)
    if to.versioned_api.name != OLDEST:
        _mail_domains(to, colleague)
        _audit(to, colleague)


def meet(to: Transcript) -> None:
    """Send the requests that need no position."""
    to.get("/v1/versions", bearer=None)
    to.get("/v1/me")
    to.get("/v1/positions")
    to.get("/v1/positions", bearer=None)
    to.get("/v1/positions", bearer="hpk_live_golden_wrong")
    to.get("/v1/nowhere")
    to.send("PUT", "/v1/positions", {})
    to.get("/v1/positions?limit=0")


def _positions(to: Transcript, colleague: str) -> None:
    first = to.post("/v1/positions", POSITION)
    at = f"/v1/positions/{first['id']}"
    to.post("/v1/positions", {"title": "Second"})
    to.post(
        "/v1/positions",
        {"title": " ", "type": "half-time", "collaborators": [{"email": "x", "type": "boss"}]},
    )
    to.post("/v1/positions", b"{")
    to.post("/v1/positions", [])
    to.get("/v1/positions")
    to.get("/v1/positions?limit=1&status=open")
    to.get(at)
    to.get(f"/v1/positions/{UNKNOWN_ID}")
    to.get("/v1/positions/no-uuid")
    to.post(at, {"title": "Senior Tester", "location": None, "noOfPositions": 3})
    to.post(at, {"location": "Lund"})
    to.post(f"/v1/positions/{UNKNOWN_ID}", {"title": "x"})
    to.send("PATCH", at, {"type": "part-time"})
    to.send("PATCH", at, {"title": None})
    to.get(at, bearer=colleague)
    to.post(f"{at}/accept", bearer=colleague)
    to.post(f"{at}/decline", bearer=colleague)
    to.get(at)
    to.post("/v1/positions", {"title": "Once"}, **{"idempotency-key": "golden"})
    to.post("/v1/positions", {"title": "Once"}, **{"idempotency-key": "golden"})
    to.post("/v1/positions", {"title": "Twice"}, **{"idempotency-key": "golden"})


def _candidates(to: Transcript) -> None:
    all_of_it = (
        f"/v1/positions/{to.post('/v1/positions', {'title': 'With candidates'})['id']}/candidates"
    )
    riya = to.post(all_of_it, CANDIDATE)
    one = f"{all_of_it}/{riya['id']}"
    to.post(all_of_it, {"email": "not one", "availableFromDate": "soon"})
    to.post(
        f"{all_of_it}/bulk", {"candidates": [{"name": "Adam", "stack": "hired"}, {"name": "Eve"}]}
    )
    to.post(
        f"{all_of_it}/bulk", {"candidates": [{"name": "Adam"}, {"name": "Eve", "email": "eve"}]}
    )
    to.post(f"{all_of_it}/bulk", {"candidates": []})
    to.get(all_of_it)
    to.get(f"{all_of_it}?limit=1&q=ada")
    to.get(f"{all_of_it}?limit=1")
    to.get(one)
    to.get(f"{all_of_it}/{UNKNOWN_ID}")
    to.get(f"/v1/positions/{UNKNOWN_ID}/candidates")
    to.post(
        one,
        {"name": "Riya S.", "compensation": None, "stack": "interviewing", "reason": "Good talk"},
    )
    to.post(one, {"phoneNumber": "1"})
    to.send("PATCH", one, {"description": "<i>Calm</i>"})
    to.post(f"{one}/stack", {"stack": "shortlist", "reason": "Best of all"})
    to.post(f"{one}/stack", {"stack": "podium"})
    to.post(f"{one}/reject", {"reason": "Moved away"})
    to.get(one)
    to.get(all_of_it)
    to.post(f"{one}/unreject")
    to.get(f"{one}/history")
    to.send("DELETE", one)
    to.get(one)
    to.get(f"{all_of_it}?includeDeleted=true")


def _attachments(to: Transcript) -> None:
    cv = to.upload("/v1/attachments", "cv.pdf")
    to.post("/v1/attachments", {"attachment": "cv.pdf"})
    to.get(f"/v1/attachments/{cv['id']}")
    to.get(f"/v1/attachments/{UNKNOWN_ID}")
    position = to.post("/v1/positions", {"title": "With a file", "attachmentIds": [cv["id"]]})
    to.get(f"/v1/attachments/{cv['id']}")
    to.post(
        f"/v1/positions/{position['id']}", {"title": "With a file", "attachmentIds": [UNKNOWN_ID]}
    )
    to.get("/v1/files/nothing", bearer=None)


def _life_of_a_position(to: Transcript) -> None:
    position = to.post("/v1/positions", {"title": "Short-lived", "status": "closed"})
    at = f"/v1/positions/{position['id']}"
    to.post(f"{at}/archive")
    to.get(at)
    to.post(f"{at}/restore")
    to.get(at)
    to.send("DELETE", at)
    to.get(at)
    to.get("/v1/positions?includeDeleted=true&limit=2")


def _mail_domains(to: Transcript, colleague: str) -> None:
    at = "/v1/mail_domains"
    stated = {
        "publicDomains": ["Mail.example", "post.example"],
        "companyDomains": ["b\u00fccher.example"],
    }
    to.get(at)
    to.send("PUT", at, stated)
    to.send("PUT", at, {"publicDomains": ["post.example"], "companyDomains": []})
    to.send("PUT", at, {"publicDomains": []})
    to.get(at)
    to.get(at, bearer=colleague)
    to.send("PUT", at, stated, bearer=colleague)


def _audit(to: Transcript, colleague: str) -> None:
    """The key is the owner's; the colleague is neither owner nor staff."""
    to.get("/v1/audit?action=position.delete&limit=1")
    to.get("/v1/audit?action=candidate.create&limit=1&since=2018-07-01")
    to.get("/v1/audit", bearer=colleague)
