"""Log-in with LinkedIn in a browser, against the stand-in's consent page."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from providers.conformance.codes import REQUEST
from providers.contracts import AuthContext, CredentialsRefused, HttpClient, ProviderSettings
from providers.testing import CodeLoginContract, GoodCode, json_answer
from tests.plugins.linkedin.test_linkedin import (
    INTROSPECT,
    INTROSPECTION,
    LINKEDIN,
    OURS,
    USER_INFO,
    USERINFO,
)
from tests.standins.identity import IdentityStandin


class TestContract(CodeLoginContract):
    provider = LINKEDIN
    good = GoodCode(
        subject="kfW51gr4Ja",
        settings=ProviderSettings(clients=(OURS,)),
        answers={
            "POST https://www.linkedin.com/oauth/v2/accessToken": json_answer(
                {"access_token": "AQ-t", "expires_in": 5184000}
            ),
            INTROSPECT: json_answer(INTROSPECTION),
            USERINFO: json_answer(USER_INFO),
        },
    )


def test_the_code_of_the_consent_page_proves_the_identity_once(
    standin: IdentityStandin, http: HttpClient
) -> None:
    assert OURS.secret
    standin.linkedin.add_client(client_id=OURS.id, secret=OURS.secret)
    standin.linkedin.add_member(id="m1", email="bob@linked.test")
    standin.linkedin.page.log_in(person="m1")
    context = AuthContext(
        http=http, settings=ProviderSettings(clients=(OURS,), base_url=standin.url)
    )
    page = requests.get(
        LINKEDIN.make_login_url(REQUEST, context), allow_redirects=False, timeout=5
    ).headers["Location"]
    answer = dict(parse_qsl(urlsplit(page).query))
    assert answer["state"] == REQUEST.state
    assert LINKEDIN.verify_code(answer["code"], REQUEST, context).email == "bob@linked.test"
    with pytest.raises(CredentialsRefused):
        LINKEDIN.verify_code(answer["code"], REQUEST, context)
