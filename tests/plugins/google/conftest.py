from __future__ import annotations

import pytest

from providers.contracts import AuthContext, HttpClient, ProviderSettings
from tests.plugins.google.responses import OURS
from tests.standins.identity import IdentityStandin


@pytest.fixture
def context(standin: IdentityStandin, http: HttpClient) -> AuthContext:
    assert OURS.secret
    standin.google.add_client(client_id=OURS.id, secret=OURS.secret)
    standin.google.add_account(sub="108437291", email="joe@gmail.test")
    return AuthContext(http=http, settings=ProviderSettings(clients=(OURS,), base_url=standin.url))
