"""An authenticator in a test: it shows the code of a secret, as a phone does."""

import base64
import re
import time

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.http import HttpResponse
from django.test import Client

ENROLMENT = "/admin/account/second-factor/"


class Authenticator:
    """What a person scans a QR code with. Each code is of a later time step, so that none is used twice.

    The first of three is of the step before this one, which may end before the code arrives: a test stops that with
    `early_in_a_step`, or has `codes` of two.
    """

    def __init__(self, secret: str, *, codes: int = 3) -> None:
        key = base64.b32decode(secret.replace(" ", ""))
        self._totp = TOTP(key, 6, SHA1(), 30, enforce_key_length=False)  # noqa: S303 - RFC 6238
        self._ahead = 2 - codes

    def code(self) -> str:
        """Return a code that was not shown before; the last one is of the next step."""
        shown = self._totp.generate(time.time() + 30 * self._ahead).decode()
        self._ahead += 1
        return shown


def read_secret(page: str) -> str:
    """Return the key that the page of the enrolment shows."""
    found = re.search(r'<code id="key">([A-Z2-7 ]+)</code>', page)
    assert found is not None, page
    return found[1]


def begin(client: Client, **sent: str) -> Authenticator:
    """Begin with an authenticator on the page; return it."""
    answer = client.post(ENROLMENT, {"action": "begin", **sent})
    assert answer.status_code == 200
    return Authenticator(read_secret(answer.content.decode()))


def enrol(client: Client) -> tuple[Authenticator, list[str]]:
    """Set up an authenticator; return it and the recovery codes."""
    authenticator = begin(client)
    answer = client.post(ENROLMENT, {"action": "finish", "code": authenticator.code()})
    assert answer.status_code == 200
    return authenticator, read_recovery_codes(answer)


def read_recovery_codes(answer: HttpResponse) -> list[str]:
    return re.findall(r"\b[A-Z2-7]{4}(?:-[A-Z2-7]{4}){3}\b", answer.content.decode())
