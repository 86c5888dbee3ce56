"""The conformance kit for plugin authors: a test class for each kind of plugin, subclassed in three lines.

class TestAcme(AuthProviderContract):
    provider = AcmeProvider()
    good = GoodLogin(credentials=TokenCredentials(token="t"), subject="42", settings=..., answers={...})

class TestAcmeInABrowser(CodeLoginContract):
    provider = AcmeProvider()
    good = GoodCode(subject="42", settings=..., answers={...})  # for `providers.conformance.codes.REQUEST`

class TestAcmeJobs(MailSourceContract):
    source = AcmeJobs()
    golden = GoldenMail.from_folder("golden")  # each .eml with its .json; or [GoldenMail.from_eml("a.eml"), ...]

class TestAcmeMail(MailboxContract):
    mailbox = AcmeMail()
    good = GoodMailbox(keys=("1", "2"), grant=Grant(...), answers={...})
"""

from __future__ import annotations

from providers.conformance.auth import AuthProviderContract, GoodLogin
from providers.conformance.codes import CodeLoginContract, GoodCode
from providers.conformance.mail_sources.contract import MailSourceContract
from providers.conformance.mail_sources.golden import GoldenMail
from providers.conformance.mailbox import GoodMailbox, MailboxContract
from providers.conformance.network import (
    NoNetwork,
    ScriptedHttp,
    SentRequest,
    UnexpectedRequest,
    json_answer,
)

__all__ = [
    "AuthProviderContract",
    "CodeLoginContract",
    "GoldenMail",
    "GoodCode",
    "GoodLogin",
    "GoodMailbox",
    "MailSourceContract",
    "MailboxContract",
    "NoNetwork",
    "ScriptedHttp",
    "SentRequest",
    "UnexpectedRequest",
    "json_answer",
]
