"""Mail in files: one row for each, whatever the file."""

from __future__ import annotations

import io
import tracemalloc
from pathlib import Path

import pytest

from providers.mime.files import read_paths, split_mbox
from providers.mime.limits import MAX_MAIL_BYTES

MAIL = b"From: a@b.test\nDate: Tue, 8 Sep 2026 09:30:00 +0000\nSubject: s\n\nhello\n"
SEPARATOR = b"From 1234@xxx Tue Sep 08 09:30:00 +0000 2026\n"


def split(mbox: bytes) -> list[bytes | None]:
    return list(split_mbox(io.BytesIO(mbox)))


def test_an_mbox_is_split_at_its_separators() -> None:
    assert split(SEPARATOR + MAIL + b"\n" + SEPARATOR + MAIL) == [MAIL, MAIL]
    assert (
        split((SEPARATOR + MAIL + b"\n").replace(b"\n", b"\r\n") * 2)
        == [MAIL.replace(b"\n", b"\r\n")] * 2
    )
    assert split(b"") == []


@pytest.mark.parametrize(
    "separator",
    [
        b"From jo@acme.test Tue Sep  8 09:30:00 2026\n",
        b"From - Tue Sep 08 09:30:00 2026\n",
        b"From MAILER-DAEMON Tue Sep  8 09:30:00 2026\n",
    ],
)
def test_separators_of_several_programs_are_known(separator: bytes) -> None:
    assert split(separator + MAIL + b"\n" + separator + MAIL) == [MAIL, MAIL]


def test_no_blank_line_is_needed_before_a_separator_that_names_a_whole_moment() -> None:
    assert split((SEPARATOR + MAIL) * 3) == [MAIL] * 3
    crlf = (SEPARATOR + MAIL).replace(b"\n", b"\r\n")
    assert split(crlf * 2) == [MAIL.replace(b"\n", b"\r\n")] * 2


def test_a_separator_has_a_header_below_it() -> None:
    lines = b"From 9:00 to 17:30 you work with us.\n\nFrom our blog, 12:30 today\nMore: here\n"
    body = MAIL + b"\n" + lines + b"\nAnd from home.\n" + SEPARATOR + b"is such a line.\n"
    assert split(SEPARATOR + body + b"\n" + SEPARATOR + MAIL) == [body, MAIL]


@pytest.mark.parametrize("above", [b"\xef\xbb\xbf", b"\r\n\r\n", b"\n"])
def test_what_stands_above_the_first_separator_takes_nothing_from_an_mbox(
    tmp_path: Path, above: bytes
) -> None:
    path = tmp_path / "all.mbox"
    path.write_bytes(above + SEPARATOR + MAIL + b"\n" + SEPARATOR + MAIL)
    assert [mail.raw for mail in read_paths([path])] == [MAIL, MAIL]


def test_quoted_lines_are_unquoted_once() -> None:
    quoted = MAIL + b">From here\n>>From there\n> From nowhere\n"
    assert split(SEPARATOR + quoted) == [MAIL + b"From here\n>From there\n> From nowhere\n"]


def test_a_line_of_text_that_begins_with_from_divides_nothing() -> None:
    body = MAIL + b"\nFrom here on, we go by train.\nFrom Tue to Fri at 09:30\n"
    assert split(SEPARATOR + body) == [body]


def test_separators_are_found_wherever_chunks_end() -> None:
    mails = [MAIL + b"x" * size + b"\n" for size in range(1024 * 1024 - 200, 1024 * 1024 - 60, 7)]
    assert split(b"".join(SEPARATOR + mail + b"\n" for mail in mails)) == mails


def test_a_mail_that_is_too_large_is_a_reason_and_the_next_one_is_read(tmp_path: Path) -> None:
    path = tmp_path / "all.mbox"
    with path.open("wb") as file:
        file.write(
            SEPARATOR + MAIL + b"x" * (MAX_MAIL_BYTES + 3_000_000) + b"\n\n" + SEPARATOR + MAIL
        )
    large, small = read_paths([path])
    assert (large.reason, large.raw) == ("larger than 32 MiB", b"")
    assert (small.reason, small.raw, small.number) == (None, MAIL, 2)


def test_memory_does_not_grow_with_the_size_of_an_mbox(tmp_path: Path) -> None:
    def peak(count: int) -> int:
        path = tmp_path / f"{count}.mbox"
        path.write_bytes((SEPARATOR + MAIL + b"x" * 5000 + b"\n\n") * count)
        tracemalloc.start()
        try:
            assert sum(1 for _ in read_paths([path])) == count
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(20_000) < peak(1_000) + 1_000_000


def test_folders_are_read_in_the_order_of_names(tmp_path: Path) -> None:
    (tmp_path / "b.eml").write_bytes(MAIL)
    (tmp_path / "a.eml").write_bytes(MAIL)
    (tmp_path / "Sent.mbox").write_bytes(SEPARATOR + MAIL)
    (tmp_path / "notes.txt").write_bytes(b"no mail")
    (tmp_path / ".hidden").write_bytes(b"no mail")
    spam = tmp_path / "Maildir" / ".Spam" / "cur"
    spam.mkdir(parents=True)
    (spam / "1600000000.1.host:2,S").write_bytes(MAIL)
    read = [(mail.path.name, mail.folder) for mail in read_paths([tmp_path])]
    assert read == [
        ("1600000000.1.host:2,S", "spam"),
        ("Sent.mbox", "sent"),
        ("a.eml", None),
        ("b.eml", None),
    ]


def test_what_cannot_be_opened_is_a_reason(tmp_path: Path) -> None:
    outlook = tmp_path / "a.msg"
    outlook.write_bytes(b"\xd0\xcf\x11\xe0" + bytes(100))
    gone = tmp_path / "gone.eml"
    reasons = [mail.reason for mail in read_paths([outlook, gone])]
    assert reasons == [
        "Outlook's own format (.msg): save it as .eml",
        "can't be opened: No such file or directory",
    ]
