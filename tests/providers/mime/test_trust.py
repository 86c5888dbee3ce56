"""Who really sent a mail: the receiver's field by its grammar, and DKIM where that says nothing."""

from __future__ import annotations

import base64

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from providers.messages import Sender
from providers.mime.authentication import read_results
from providers.mime.origin import Origin
from providers.mime.read import read_mail
from providers.mime.trust import FILE, NO_RECEIVER, Receiver, prove

LINKEDIN = Sender(address="jobs@linkedin.com")
GMAIL = (
    "mx.google.com;\r\n dkim=pass header.i=@linkedin.com header.s=d2048 header.b=aBc/D+e1;\r\n"
    " spf=pass (google.com: domain of b-1=jo@bounce.linkedin.com designates 192.0.2.1"
    " as permitted sender) smtp.mailfrom=b-1=jo@bounce.linkedin.com;\r\n"
    " dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=linkedin.com"
)
MICROSOFT = (
    "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=bounce.linkedin.com;"
    " dkim=pass (signature was verified) header.d=linkedin.com;"
    "dmarc=pass action=none header.from=linkedin.com;compauth=pass reason=100"
)


@pytest.mark.parametrize(
    ("value", "trust"),
    [
        (GMAIL, "passed"),
        (MICROSOFT, "passed"),
        (
            "mx; dmarc=fail (p=NONE) header.from=linkedin.com; dkim=pass header.d=linkedin.com",
            "failed",
        ),
        ("mx; DMARC=Pass header.from=LinkedIn.com", "passed"),
        ("mx 1; dmarc = pass header.from = linkedin.com;", "passed"),
        (
            "mx; (dmarc=fail) dmarc=pass (nested (dmarc=fail) comment) header.from=linkedin.com",
            "passed",
        ),
        ("mx; none", "unknown"),
        ("mx", "unknown"),
        ("", "unknown"),
        # The words stand in what the sender wrote: a local part, a comment.
        (
            (
                'mx; spf=none smtp.mailfrom="x; dmarc=pass '
                'header.from=linkedin.com"@evil.test; dmarc=fail header.from=linkedin.com'
            ),
            "failed",
        ),
        (
            (
                "mx; spf=none (dmarc=pass header.from=linkedin.com); dmarc=none "
                "header.from=linkedin.com"
            ),
            "unknown",
        ),
        ("mx; spf=none (a\\) ; dmarc=pass header.from=linkedin.com) smtp.mailfrom=x", "unknown"),
        (
            'mx; spf=none smtp.mailfrom="a\\"; dmarc=pass header.from=linkedin.com"@evil.test',
            "unknown",
        ),
        ("mx; spf=none (a\\) ; dmarc=pass header.from=linkedin.com (\\)", "unknown"),
        # Broken grammar, or verdicts that disagree.
        ("mx; dmarc=pass header.from=linkedin.com; dmarc=fail header.from=linkedin.com", "unknown"),
        ("mx; dkim=pass header.d=evil.test header.d=linkedin.com", "unknown"),
        ("mx;; dmarc=pass header.from=linkedin.com", "unknown"),
        ("mx; dmarc=pass header.from=linkedin.com (never ends", "unknown"),
        ('mx; dmarc=pass header.from="linkedin.com', "unknown"),
        ("mx; spf=pass (a) b) ; dmarc=pass header.from=linkedin.com", "unknown"),
        ("mx; dmarc=pass header.from=linkedin.com; what is this", "unknown"),
        # A verdict on another domain.
        ("mx; dmarc=pass header.from=evil.test", "unknown"),
        ("mx; dmarc=pass header.from=linkedin.com.evil.test", "unknown"),
        ("mx; dmarc=pass header.from=notlinkedin.com", "unknown"),
        ("mx; dmarc=pass header.from=com", "unknown"),
        # No policy: a signature or server of the domain itself.
        ("mx; dkim=pass header.d=linkedin.com; dmarc=none header.from=linkedin.com", "passed"),
        ("mx; dkim=pass header.i=@mail.linkedin.com", "passed"),
        ("mx; dkim=fail header.d=linkedin.com; dkim=pass header.d=evil.test", "unknown"),
        ("mx; dkim=fail header.d=linkedin.com", "unknown"),
        ("mx; spf=pass smtp.mailfrom=b@e.linkedin.com", "passed"),
        ("mx; spf=pass smtp.mailfrom=b@evil.test", "unknown"),
        (
            "mx; spf=pass smtp.mailfrom=b@linkedin.com; spf=fail smtp.mailfrom=b@linkedin.com",
            "unknown",
        ),
    ],
)
def test_the_topmost_field_of_a_file_is_read_by_its_grammar(value: str, trust: str) -> None:
    assert prove(LINKEDIN, results=[value], receiver=FILE).trust == trust


def test_only_the_receivers_own_field_counts() -> None:
    forged, own = (
        "evil.test; dmarc=pass header.from=linkedin.com",
        "mx.google.com; dmarc=fail header.from=linkedin.com",
    )
    gmail = Receiver(server="mx.google.com")
    assert prove(LINKEDIN, results=[own, forged], receiver=gmail).trust == "failed"
    assert prove(LINKEDIN, results=[forged, own], receiver=gmail).trust == "failed"
    assert prove(LINKEDIN, results=[forged], receiver=gmail).trust == "unknown"
    assert prove(LINKEDIN, results=[forged], receiver=NO_RECEIVER).trust == "unknown"
    # The receiver of a file is unknown; the fields below the topmost may be the sender's invention.
    assert prove(LINKEDIN, results=["mx; none", forged], receiver=FILE).trust == "unknown"


def test_the_signing_domains_are_told() -> None:
    results = (
        "mx; dkim=pass header.d=linkedin.com; dkim=pass header.i=@workday.test; "
        "dkim=fail header.d=x.test"
    )
    assert prove(LINKEDIN, results=[results], receiver=FILE).signed_by == (
        "linkedin.com",
        "workday.test",
    )


def test_a_nested_comment_and_an_escaped_quote_are_read() -> None:
    results = read_results('mx; auth=pass (a (b) \\) c) smtp.auth="jo \\"x\\"@acme.test"')
    assert results
    assert results.methods[0].properties == {"smtp.auth": 'jo "x"@acme.test'}


KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM = KEY.private_bytes(
    serialization.Encoding.PEM,
    serialization.PrivateFormat.TraditionalOpenSSL,
    serialization.NoEncryption(),
)
PUBLIC = base64.b64encode(
    KEY.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
)
RECORDS = {"s1._domainkey.linkedin.com": b"v=DKIM1; k=rsa; p=" + PUBLIC}
MAIL = (
    b"From: LinkedIn <jobs@linkedin.com>\r\nDate: Tue, 8 Sep 2026 09:30:00 "
    b"+0000\r\nSubject: s\r\n\r\nhello\r\n"
)


def signed(raw: bytes, *, domain: bytes = b"linkedin.com", length: bool = False) -> bytes:
    return (
        dkim.sign(raw, b"s1", domain, PEM, include_headers=[b"from", b"subject"], length=length)
        + raw
    )


def trust_of(raw: bytes, records: dict[str, bytes] | None = None) -> tuple[str, tuple[str, ...]]:
    lookup = (RECORDS if records is None else records).get
    message = read_mail(raw, Origin(receiver=NO_RECEIVER, dns=lookup)).message
    assert message
    return message.trust, message.signed_by


def test_a_valid_signature_of_the_senders_domain_is_proof() -> None:
    assert trust_of(signed(MAIL)) == ("passed", ("linkedin.com",))


def test_another_domains_signature_proves_that_domain_alone() -> None:
    records = {"s1._domainkey.evil.test": RECORDS["s1._domainkey.linkedin.com"]}
    assert trust_of(signed(MAIL, domain=b"evil.test"), records) == ("unknown", ("evil.test",))


@pytest.mark.parametrize(
    "raw",
    [
        MAIL,
        signed(MAIL).replace(b"hello", b"jello"),
        signed(MAIL).replace(b"Subject: s", b"Subject: t"),
        signed(MAIL, length=True) + b"appended\r\n",
        signed(MAIL).replace(b"v=1", b"v=9"),
        b"DKIM-Signature: nonsense\r\n" + MAIL,
        b"DKIM-Signature: v=1; a=rsa-sha256; d=linkedin.com; s=s1; h=from; bh=!; b=!\r\n" + MAIL,
    ],
)
def test_a_broken_signature_is_unknown_and_not_refuted(raw: bytes) -> None:
    assert trust_of(raw) == ("unknown", ())


def test_a_missing_or_broken_key_is_unknown() -> None:
    for record in (
        {},
        {"s1._domainkey.linkedin.com": b"nonsense"},
        {"s1._domainkey.linkedin.com": b"v=DKIM1; p="},
    ):
        assert trust_of(signed(MAIL), record) == ("unknown", ())


def test_without_a_way_to_ask_for_keys_no_signature_is_looked_at() -> None:
    message = read_mail(signed(MAIL), Origin(receiver=NO_RECEIVER)).message
    assert message
    assert message.trust == "unknown"


def test_many_signatures_cost_few_questions() -> None:
    asked: list[str] = []
    line = b"DKIM-Signature: v=1; a=rsa-sha256; d=linkedin.com; s=s1; h=from; bh=AAAA; b=AAAA\r\n"
    read_mail(line * 300 + MAIL, Origin(receiver=NO_RECEIVER, dns=lambda name: asked.append(name)))
    assert len(asked) <= 5
