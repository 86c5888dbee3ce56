from __future__ import annotations

import socket

import pytest

from providers.conformance.mail_writer import build_mail
from providers.loading import load_registry
from providers.mime.files import FileMail
from providers.mime.parsing import parse_mail


def test_reading_opens_no_connection(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("reading a mail opened a connection")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    html = (
        '<img src="http://127.0.0.1/pixel.gif"><link rel="stylesheet" '
        'href="http://127.0.0.1/a.css">'
    )
    raw = b"DKIM-Signature: v=1; d=a.test; s=s\r\n" + build_mail(
        sender="a@a.test", subject="s", text="t", html=html
    )
    row = parse_mail(FileMail(tmp_path / "a.eml", raw), load_registry([], installed=False))
    assert row.trust == "passed"
