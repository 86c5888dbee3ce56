"""Forwarding addresses: made for mail programs, and read as mail servers send them."""

import string

import pytest

from core.mail.inbound.addresses import (
    AddressParts,
    hash_local_part,
    hash_secret,
    new_local_part,
    read_address,
)

DOMAIN = "in.happo.test"


def test_a_new_address_fits_into_what_mail_allows_and_survives_lower_case() -> None:
    local = new_local_part("a" + "-b" * 19 + "c")
    assert len(local) <= 64
    assert local == local.lower()
    assert set(local) <= set(string.ascii_lowercase + string.digits + "-")


def test_no_two_addresses_are_alike() -> None:
    assert len({new_local_part("acme") for _ in range(1000)}) == 1000


@pytest.mark.parametrize("slug", ["acme", "a-b-c", "x" * 40])
def test_an_address_is_read_back(slug: str) -> None:
    local = new_local_part(slug)
    parts = read_address(f"{local.upper()}+tag@IN.happo.TEST.", domain=DOMAIN)
    assert parts == AddressParts(slug, local.rpartition("-")[2])
    assert hash_secret(parts.secret) == hash_local_part(local)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "@",
        f"@{DOMAIN}",
        f"acme@{DOMAIN}",
        f"-secret@{DOMAIN}",
        f"acme-@{DOMAIN}",
        f"acme-secret@x.{DOMAIN}",
        "acme-secret",
        f"acme-secret@{DOMAIN}@other.test",
        f"acme-s\u212aret@{DOMAIN}",
        f"acme-{'s' * 200}@{DOMAIN}",
        f"ac\0me-secret@{DOMAIN}",
        f"ac\x7fme-secret@{DOMAIN}",
    ],
)
def test_what_is_no_address_of_the_domain_is_not_read(address: str) -> None:
    assert read_address(address, domain=DOMAIN) is None


def test_an_installation_without_a_domain_has_no_addresses() -> None:
    assert read_address("acme-secret@", domain="") is None
