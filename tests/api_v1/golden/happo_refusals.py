"""Requests that get each error of the Happo API, for the sentences of `test_sentences.py`."""

from datetime import timedelta

from api_v1.routing import JSON_LIMIT, UPLOAD_LIMIT
from api_v1.versions import OLDEST
from tests.api_v1.golden.happo_script import UNKNOWN_ID
from tests.api_v1.golden.operator_side import COLLEAGUE, OperatorSide
from tests.api_v1.golden.transcript import Json, Transcript

POSITIONS = "/v1/positions"


def run_script(to: Transcript, operator: OperatorSide) -> None:
    """Send the invalid requests that the other script doesn't send."""
    credentials(to, operator)
    _requests(to)
    _forms(to)
    _positions(to)
    _candidates(to)
    _lists(to)
    _idempotency(to)
    _a_clients_rights(to, operator)
    if to.versioned_api.name != OLDEST:
        _archived(to)
        _mail_domains(to)
    _parameters_and_encodings(to)
    _suspension(to, operator)


def credentials(to: Transcript, operator: OperatorSide) -> None:
    """Use keys without the right."""
    reads, writes = operator.key("read"), operator.key("write")
    to.get(POSITIONS, bearer=reads)
    to.post(POSITIONS, {"title": "x"}, bearer=reads)
    to.get(POSITIONS, bearer=writes)
    to.post(POSITIONS, {"title": "Written only"}, bearer=writes)
    to.get(POSITIONS, bearer=operator.key(expires_in=timedelta(seconds=-1)))
    to.get(POSITIONS, bearer=operator.spent_key())
    to.get(operator.old_file_link(), bearer=None)


def _requests(to: Transcript) -> None:
    to.get(POSITIONS, **{"x-happo-api-version": None})
    to.get(POSITIONS, **{"x-happo-api-version": "v20180702"})
    to.get(POSITIONS, host="no host")
    to.get(f"{POSITIONS}?q=%00")
    to.get(f"{POSITIONS}?q=%ff")
    to.post(POSITIONS, b'{"title": "x",}')
    to.post(POSITIONS, b'{"title": "x"')
    to.post(POSITIONS)
    to.post(POSITIONS, b"title: x", **{"content-type": "text/yaml"})
    to.post(POSITIONS, {"title": "x"}, **{"content-type": "application/json; charset=latin-1"})
    to.post(POSITIONS, **{"content-length": str(JSON_LIMIT + 1)})
    to.post(POSITIONS, **{"content-length": "many"})
    to.send("DELETE", POSITIONS)


def _forms(to: Transcript) -> None:
    kind = "multipart/form-data; boundary={}"
    file = 'attachment"; filename="a.txt'

    def send(*parts: tuple[str, str], boundary: str = "golden") -> None:
        form = "".join(
            f'--golden\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{content}\r\n'
            for name, content in parts
        )
        body = f"{form}--golden--\r\n".encode()
        to.post("/v1/attachments", body, **{"content-type": kind.format(boundary)})

    send()
    send(("attachment", "a.txt"))
    send((file, ""))
    send((file, "one"), (file, "two"))
    send(("note", "x" * 3_000_000))
    send(boundary="x" * 300)
    to.post("/v1/attachments", b"x", **{"content-type": "multipart/form-data"})


def _positions(to: Transcript) -> None:
    def send(**fields: Json) -> None:
        to.post(POSITIONS, {"title": "x"} | fields)

    send(title=5)
    send(title="x" * 301)
    send(title="a\0b")
    send(notes="\u00e9" * 50_001)
    send(notes="<div>" * 1_001)
    send(notes="<x><p></x></p>" * 900)
    send(adPostingLink="javascript:alert(1)")
    send(targetDate="tomorrow")
    send(targetDate="1899-12-31")
    send(noOfPositions="two")
    send(noOfPositions=0)
    send(noOfPositions=1_000_001)
    send(attachmentIds="x")
    send(attachmentIds=["x"])
    send(attachmentIds=[UNKNOWN_ID])
    send(attachmentIds=[UNKNOWN_ID, UNKNOWN_ID])
    send(attachmentIds=[UNKNOWN_ID] * 51)
    send(collaborators=["x"])
    send(
        collaborators=[
            {"email": "a@b.test", "type": "admin"},
            {"email": "A@b.test", "type": "client"},
        ]
    )


def _candidates(to: Transcript) -> None:
    at = f"{POSITIONS}/{to.post(POSITIONS, {'title': 'With candidates'})['id']}/candidates"
    to.post(f"{at}/bulk", {"candidates": []})
    to.post(f"{at}/bulk", {"candidates": [{"name": "A"}] * 51})
    to.post(at, {"email": "a@b"})
    to.post(at, {"name": None})
    one = f"{at}/{to.post(at, {'name': 'Adam'})['id']}"
    to.post(f"{one}/unreject")
    to.post(f"{one}/reject")
    to.post(f"{one}/reject")
    to.post(f"{one}/stack", {"stack": "hired"})
    to.post(f"{one}/stack", {"stack": "podium"})


def _lists(to: Transcript) -> None:
    to.get(f"{POSITIONS}?archived=perhaps")
    to.get(f"{POSITIONS}?limit=201")
    to.get(f"{POSITIONS}?cursor=made-up")
    to.get(f"{POSITIONS}?updatedAfter=then&status=gone")


def _idempotency(to: Transcript) -> None:
    key = {"idempotency-key": "golden"}
    to.post(POSITIONS, {"title": "x"}, **{"idempotency-key": "x" * 256})
    to.post(POSITIONS, {"title": "Once"}, **key)
    to.post(POSITIONS, {"title": "Twice"}, **key)
    at = f"{POSITIONS}/{to.post(POSITIONS, {'title': 'Forgetful'})['id']}/candidates"
    gone = to.post(at, {"name": "Eve"}, **key)
    to.send("DELETE", f"{at}/{gone['id']}")
    to.post(at, {"name": "Eve"}, **key)


def _a_clients_rights(to: Transcript, operator: OperatorSide) -> None:
    invited = {
        "title": "Seen by a client",
        "collaborators": [{"email": COLLEAGUE, "type": "client"}],
    }
    client = operator.key()
    at = f"{POSITIONS}/{to.post(POSITIONS, invited)['id']}"
    candidate = f"{at}/candidates/{to.post(f'{at}/candidates', {'name': 'Adam'})['id']}"
    to.post(at, {"title": "Mine"}, bearer=client)
    to.post(f"{at}/archive", bearer=client)
    to.post(f"{at}/restore", bearer=client)
    to.send("DELETE", at, bearer=client)
    to.post(f"{at}/candidates", {"name": "Eve"}, bearer=client)
    to.post(candidate, {"name": "Eve"}, bearer=client)
    to.post(f"{candidate}/stack", {"stack": "hired"}, bearer=client)
    to.post(f"{candidate}/reject", bearer=client)
    to.post(f"{candidate}/unreject", bearer=client)
    to.send("DELETE", candidate, bearer=client)
    to.get(f"{at}/candidates/{UNKNOWN_ID}", bearer=client)
    to.get(f"/v1/attachments/{UNKNOWN_ID}", bearer=client)


def _archived(to: Transcript) -> None:
    at = f"{POSITIONS}/{to.post(POSITIONS, {'title': 'Archived'})['id']}"
    to.post(f"{at}/archive")
    to.post(at, {"title": "Changed"})


def _mail_domains(to: Transcript) -> None:
    at = "/v1/mail_domains"
    to.send("PUT", at, {"publicDomains": ["mail.example", "@mail"], "companyDomains": []})
    to.send("PUT", at, {"publicDomains": ["a.example"], "companyDomains": ["A.example"]})
    # The second one has a Cyrillic letter.
    to.send("PUT", at, {"publicDomains": ["i❤.example"], "companyDomains": ["\u0430pple.example"]})


def _parameters_and_encodings(to: Transcript) -> None:
    to.get(f"{POSITIONS}?updated_after=then&Limit=5")
    to.post(POSITIONS, b"x", **{"content-encoding": "gzip"})
    form = {"content-type": "multipart/form-data; boundary=golden"}
    to.post("/v1/attachments", **form, **{"content-length": str(UPLOAD_LIMIT + 1)})


def _suspension(to: Transcript, operator: OperatorSide) -> None:
    operator.suspend()
    to.get(POSITIONS)
    to.post(POSITIONS, {"title": "x"})
