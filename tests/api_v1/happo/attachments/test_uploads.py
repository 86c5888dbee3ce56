"""`POST /v1/attachments`. Happo: "Uploading Attachment"."""

import logging
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core.accounts.services import issue_api_key
from core.recruiting.models import Attachment
from tenants.context import TenantRef
from tenants.credentials import key_prefix
from tests.clients import PDF, HappoClient, Reply
from tests.recruiters import Recruiter

LIMIT = 5 * 1024 * 1024
BOUNDARY = "xYzZY"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"


def part(
    name: str, content: str = "%PDF", *, file_name: str | None = "a.pdf", extra: str = ""
) -> str:
    file = f'; filename="{file_name}"' if file_name is not None else ""
    disposition = f'Content-Disposition: form-data; name="{name}"{file}'
    return f"--{BOUNDARY}\r\n{disposition}\r\n{extra}\r\n{content}\r\n"


def send(sender: Recruiter, body: str | bytes, content_type: str = MULTIPART) -> Reply:
    raw = body if isinstance(body, bytes) else body.encode()
    return sender.call("POST", "/attachments", raw=raw, content_type=content_type)


def stored(files: Path) -> list[Path]:
    return [path for path in files.rglob("*") if path.is_file()]


def refused(answer: Reply, files: Path, *, status: int = 400) -> str:
    """Return the message of an error, after which no file may be stored."""
    assert answer.status == status
    assert set(answer.body) == {"statusCode", "error", "message"}
    assert (stored(files), Attachment.objects.count()) == ([], 0)
    return answer.body["message"]


def test_answers_with_the_attachment(anna: Recruiter) -> None:
    data = anna.upload().data
    assert data == {"id": data["id"], "fileName": "sample.pdf", "createdBy": str(anna.user.uuid)}


def test_belongs_to_nothing_yet(anna: Recruiter) -> None:
    attachment = Attachment.objects.get(id=anna.upload().data["id"])
    assert (attachment.position_id, attachment.candidate_id) == (None, None)


def test_keeps_the_bytes_under_the_tenant_and_the_id(
    anna: Recruiter, acme: TenantRef, files: Path
) -> None:
    data = anna.upload(PDF, "../../sample.pdf").data
    [path] = stored(files)
    assert path == files / str(acme.id) / data["id"]
    assert path.read_bytes() == PDF
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_takes_five_megabytes(anna: Recruiter, files: Path) -> None:
    id = UUID(anna.upload(b"a" * LIMIT).data["id"])
    assert Attachment.objects.get(id=id).size == LIMIT
    assert [path.stat().st_size for path in stored(files)] == [LIMIT]


def test_refuses_one_byte_more(anna: Recruiter, files: Path) -> None:
    assert str(LIMIT) in refused(anna.upload(b"a" * (LIMIT + 1)), files, status=413)


def test_refuses_a_huge_one_by_its_declared_length_alone(anna: Recruiter, files: Path) -> None:
    length = str(10**12)
    answer = anna.post("/attachments", content_type=MULTIPART, content_length=length)
    refused(answer, files, status=413)


def test_refuses_an_empty_file(anna: Recruiter, files: Path) -> None:
    assert refused(anna.upload(b""), files) == "attachment must not be empty"


def test_refuses_a_form_without_the_file(anna: Recruiter, files: Path) -> None:
    for form in ({}, {"file": SimpleUploadedFile("a.pdf", PDF)}, {"note": "hello"}):
        assert refused(anna.post_form("/attachments", form), files) == "attachment is required"


def test_refuses_a_text_in_place_of_the_file(anna: Recruiter, files: Path) -> None:
    answer = anna.post_form("/attachments", {"attachment": "/path/to/sample.pdf"})
    assert refused(answer, files) == "attachment must be a file"


def test_refuses_two_files(anna: Recruiter, files: Path) -> None:
    both = [SimpleUploadedFile(name, PDF) for name in ("a.pdf", "b.pdf")]
    answer = anna.post_form("/attachments", {"attachment": both})
    assert refused(answer, files) == "attachment must be one file"


def test_ignores_other_fields_and_files(anna: Recruiter, files: Path) -> None:
    form = {name: SimpleUploadedFile(f"{name}.pdf", PDF) for name in ("attachment", "other")} | {
        "note": "hi"
    }
    assert anna.post_form("/attachments", form).data["fileName"] == "attachment.pdf"
    assert len(stored(files)) == 1


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("", id="nothing"),
        pytest.param(part("attachment"), id="no end"),
        pytest.param(part("attachment")[:-20], id="cut off in the file"),
        pytest.param(part("attachment")[:30], id="cut off in the header"),
        pytest.param(
            part("attachment").replace(BOUNDARY, "other") + "--other--\r\n", id="another boundary"
        ),
        pytest.param(part("attachment", file_name="") + f"--{BOUNDARY}--\r\n", id="no file name"),
        pytest.param(b"\xff\xfe\x00" * 100, id="noise"),
        pytest.param(
            part("attachment", "!", extra="Content-Transfer-Encoding: base64\r\n")
            + f"--{BOUNDARY}--\r\n",
            id="broken base64",
        ),
    ],
)
def test_refuses_a_broken_form(anna: Recruiter, files: Path, body: str | bytes) -> None:
    refused(send(anna, body), files)


@pytest.mark.parametrize(
    "content_type",
    ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\x01"],
)
def test_refuses_a_form_without_a_boundary(anna: Recruiter, files: Path, content_type: str) -> None:
    refused(send(anna, part("attachment"), content_type), files)


@pytest.mark.parametrize(
    "content_type", ["application/json", "application/x-www-form-urlencoded", "text/plain"]
)
def test_refuses_another_kind_of_body(anna: Recruiter, files: Path, content_type: str) -> None:
    assert "multipart/form-data" in refused(send(anna, "{}", content_type), files, status=415)


def test_refuses_a_form_of_a_thousand_files(anna: Recruiter, files: Path) -> None:
    refused(
        send(anna, "".join(part("attachment") for _ in range(1000)) + f"--{BOUNDARY}--\r\n"), files
    )


def test_believes_neither_content_type_nor_name(anna: Recruiter) -> None:
    body = part(
        "attachment",
        "<script>",
        file_name="a.html",
        extra="Content-Type: text/html; charset=utf-7\r\n",
    )
    id = send(anna, body + f"--{BOUNDARY}--\r\n").data["id"]
    response = Client().get(anna.view(id).data["accessUrl"])
    assert response["Content-Type"] == "application/octet-stream"
    response.close()


@pytest.mark.parametrize(
    "content_type", ["", "nonsense", "a" * 500, "text/html\0", "a/" + "b" * 500]
)
def test_keeps_no_nonsense_as_content_type(anna: Recruiter, content_type: str) -> None:
    body = part("attachment", extra=f"Content-Type: {content_type}\r\n") + f"--{BOUNDARY}--\r\n"
    id = send(anna, body).data["id"]
    assert Attachment.objects.get(id=id).content_type == "application/octet-stream"


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        (r"C:\temp\cv.pdf", "cv.pdf"),
        ("Lebenslauf, Jürgen Müller.pdf", "Lebenslauf, Jürgen Müller.pdf"),
        ("履歴書.pdf", "履歴書.pdf"),
        ("😀.pdf", "😀.pdf"),
        ("a" * 900 + ".pdf", "a" * 251 + ".pdf"),
        ("\u202efdp.exe", "fdp.exe"),
        ("a;b=c.pdf", "a;b=c.pdf"),
        ('say \\"hi\\".pdf', 'say "hi".pdf'),
        ("say %22hi%22%0D%0A 100%.pdf", 'say "hi" 100%.pdf'),
        ("a\x00b\x07.pdf", "ab.pdf"),
        ("....", "attachment"),
    ],
)
def test_shows_a_hostile_name_without_its_sting(anna: Recruiter, sent: str, shown: str) -> None:
    answer = send(anna, part("attachment", file_name=sent) + f"--{BOUNDARY}--\r\n")
    assert answer.data["fileName"] == shown
    assert anna.view(answer.data["id"]).data["fileName"] == shown


def test_reads_an_encoded_name(anna: Recruiter) -> None:
    body = part("attachment").replace(
        'filename="a.pdf"', "filename*=UTF-8''r%C3%A9sum%C3%A9%0A.pdf"
    )
    assert send(anna, body + f"--{BOUNDARY}--\r\n").data["fileName"] == "résumé.pdf"


def test_refuses_an_endless_name(anna: Recruiter, files: Path) -> None:
    refused(send(anna, part("attachment", file_name="a" * 10_000) + f"--{BOUNDARY}--\r\n"), files)


def test_needs_a_key(files: Path, acme: TenantRef) -> None:
    assert HappoClient(key=None).upload().status == 401
    assert stored(files) == []


def test_needs_a_key_that_may_write(anna: Recruiter, files: Path, acme: TenantRef) -> None:
    reading = issue_api_key(anna.user, prefix=key_prefix(acme), scopes={"read"}).key
    assert "read" in refused(replace(anna, key=reading).upload(), files, status=403)


def test_refuses_the_key_of_another_tenant_on_this_host(
    anna: Recruiter, files: Path, globex: TenantRef
) -> None:
    refused(anna.upload(host="globex.localhost"), files, status=401)


def test_the_same_upload_under_one_idempotency_key_is_one_file(
    anna: Recruiter, files: Path
) -> None:
    def send_again(content: bytes) -> Reply:
        return anna.upload(content, idempotency_key="once")

    first = send_again(PDF).data
    assert send_again(PDF).data == first
    assert send_again(b"another").status == 409
    assert [path.name for path in stored(files)] == [first["id"]]


def test_a_full_disk_is_an_outage_and_leaves_nothing(
    anna: Recruiter, files: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tenants.files.backends.os.fsync", full)
    with caplog.at_level(logging.CRITICAL, "happo"):
        answer = anna.upload()
    assert refused(answer, files, status=503) == "Storage does not answer: try again later"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("résumé.pdf".encode("latin-1"), "r\ufffdsum\ufffd.pdf"),
        ("резюме.pdf".encode("cp1251"), "\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd.pdf"),
        ("résumé.pdf".encode(), "résumé.pdf"),
    ],
)
def test_a_file_name_in_another_encoding_is_read_with_replacement(
    anna: Recruiter, files: Path, written: bytes, shown: str
) -> None:
    content = bytes(range(256)) * 1000 + b"\r\n--" + BOUNDARY.encode()[:-1] + b"\xe9\r\n\r\n\xe9"
    form = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="attachment"; filename="'.encode()
        + written
        + b'"\r\nContent-Type: application/pdf\r\n\r\n'
        + content
        + f"\r\n--{BOUNDARY}--\r\n".encode()
    )
    assert send(anna, form).data["fileName"] == shown
    assert [path.read_bytes() for path in stored(files)] == [content]


@pytest.mark.parametrize("charset", ["", "; charset=latin-1", "; charset=hex", "; charset=idna"])
@pytest.mark.parametrize(
    ("parameter", "shown"),
    [
        (b"filename*=ISO-8859-1''r%E9.pdf", "r\xe9.pdf"),
        (b"filename*=foo''r%C3%A9.pdf", "r\xe9.pdf"),
        (b"filename*=unicode_escape''%5Cud800.pdf", "ud800.pdf"),
        (b"filename*=undefined''r%E9.pdf", "r\ufffd.pdf"),
        (b"filename*=utf-8''%ED%A0%80.pdf", "\ufffd\ufffd\ufffd.pdf"),
        (b"filename=r\xe9.pdf", "r\ufffd.pdf"),
        (b'filename="r.pdf"; x=\xe9', "r.pdf"),
    ],
)
def test_no_charset_hides_a_file(
    anna: Recruiter, files: Path, parameter: bytes, shown: str, charset: str
) -> None:
    form = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="attachment"; '.encode()
        + parameter
        + f"\r\n\r\n%PDF\r\n--{BOUNDARY}--\r\n".encode()
    )
    assert send(anna, form, MULTIPART + charset).data["fileName"] == shown


@pytest.mark.parametrize("excess", [1, 10_000_000])
def test_the_refusal_of_a_large_file_names_5_mb(anna: Recruiter, files: Path, excess: int) -> None:
    answer = anna.upload(b"a" * (LIMIT + excess))
    assert refused(answer, files, status=413) == "The file must be at most 5 MB (5242880 bytes)"
