"""The conformance kit for plugin authors.

class TestAcme(AuthProviderContract):
    provider = AcmeProvider()
    good = GoodLogin(credentials=TokenCredentials(token="t"), subject="42", settings=..., answers={...})
"""

from __future__ import annotations

from providers.conformance.auth import AuthProviderContract, GoodLogin
from providers.conformance.network import Asked, NoNetwork, ScriptedHttp, UnexpectedRequest, json_answer

__all__ = [
    "Asked",
    "AuthProviderContract",
    "GoodLogin",
    "NoNetwork",
    "ScriptedHttp",
    "UnexpectedRequest",
    "json_answer",
]
