from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime

import pytest

from providers.contracts import Message, Sender
from providers.loading import PluginError, load_registry
from providers.registry import Registry
from tests.providers.fakes import FakeAuth, FakeSource, plugin_module


def load(**plugins: dict[str, object]) -> Registry:
    """Load fake plugins, given as name=hooks, and nothing else."""
    with ExitStack() as modules:
        names = [
            modules.enter_context(plugin_module(f"fake.{name}", **hooks))
            for name, hooks in plugins.items()
        ]
        return load_registry(names, installed=False)


def mail_from(address: str, headers: tuple[tuple[str, str], ...] = ()) -> Message:
    return Message(
        id="1",
        received_at=datetime(2026, 1, 2, tzinfo=UTC),
        sender=Sender(address=address),
        headers=headers,
    )


def test_a_provider_is_found_by_the_name_clients_send() -> None:
    acme = FakeAuth("acme-oauth2")
    registry = load(acme={"register_auth_providers": [acme]})
    assert registry.auth_provider("acme-oauth2") is acme
    assert registry.auth_provider("acme") is None


def test_everything_keeps_the_order_of_the_list() -> None:
    registry = load(
        zebra={"register_auth_providers": [FakeAuth("z1"), FakeAuth("z2")]},
        ant={"register_auth_providers": [FakeAuth("a1")]},
    )
    assert [provider.name for provider in registry.auth_providers] == ["z1", "z2", "a1"]
    assert [plugin.name for plugin in registry.plugins] == ["zebra", "ant"]


def test_the_registry_knows_the_plugin_of_each_provider() -> None:
    source = FakeSource("acme jobs".replace(" ", "-"), "acme.test")
    registry = load(
        other={"register_auth_providers": [FakeAuth("other")]},
        acme={"register_mail_sources": [source]},
    )
    plugin = registry.plugin_of(source)
    assert plugin is not None
    assert (plugin.name, plugin.origin, plugin.module) == ("acme", "shipped", "fake.acme")
    assert registry.plugin_of(FakeAuth("other")) is None


def test_a_tenant_sees_only_the_plugins_that_are_on() -> None:
    one, two = FakeAuth("one-login"), FakeAuth("two-login")
    registry = load(
        one={
            "register_auth_providers": [one],
            "register_mail_sources": [FakeSource("one", "one.test")],
        },
        two={"register_auth_providers": [two]},
    )
    view = registry.without({("one", "login"), ("one", "mail"), ("gone-since", "mail")})
    assert [plugin.name for plugin in view.plugins] == ["two"]
    assert view.auth_provider("two-login") is two
    assert view.auth_provider("one-login") is None
    assert view.mail_sources == ()
    assert view.plugin_of(one) is None
    assert registry.auth_provider("one-login") is one


def test_log_ins_and_mail_of_one_plugin_are_switched_apart() -> None:
    login, mail = FakeAuth("one-login"), FakeSource("one", "one.test")
    registry = load(one={"register_auth_providers": [login], "register_mail_sources": [mail]})
    assert registry.kinds_of("one") == {"login", "mail"}
    without_mail = registry.without({("one", "mail")})
    assert [plugin.name for plugin in without_mail.plugins] == ["one"]
    assert (without_mail.auth_providers, without_mail.mail_sources) == ((login,), ())
    without_login = registry.without({("one", "login")})
    assert (without_login.auth_providers, without_login.mail_sources) == ((), (mail,))
    assert registry.without({("one", "login"), ("one", "mail")}).plugins == ()
    assert registry.kinds_of("two") == frozenset()


def test_the_most_exact_sender_comes_first() -> None:
    registry = load(
        boards={
            "register_mail_sources": [
                FakeSource("wide", "board.test"),
                FakeSource("narrow", "jobs.board.test"),
                FakeSource("exact", "apply@jobs.board.test"),
                FakeSource("else", "else.test"),
            ]
        }
    )
    sources = registry.mail_sources_for(mail_from("apply@jobs.board.test"))
    assert [source.name for source in sources] == ["exact", "narrow", "wide"]
    assert registry.mail_sources_for(mail_from("apply@board.test.evil.test")) == ()


def test_a_header_claims_what_no_sender_does_and_comes_after_them() -> None:
    registry = load(
        boards={
            "register_mail_sources": [
                FakeSource("system", headers=(("Feedback-ID", ":Board"),)),
                FakeSource("employer", "acme.test"),
            ]
        }
    )
    headers = (("feedback-id", "acme:1:BOARD"),)
    assert [s.name for s in registry.mail_sources_for(mail_from("hr@other.test", headers))] == [
        "system"
    ]
    both = registry.mail_sources_for(mail_from("hr@acme.test", headers))
    assert [source.name for source in both] == ["employer", "system"]
    assert registry.mail_sources_for(mail_from("hr@other.test", (("Feedback-ID", "acme"),))) == ()


@pytest.mark.parametrize(
    ("hook", "first", "second", "said"),
    [
        (
            "register_auth_providers",
            FakeAuth("same"),
            FakeAuth("same"),
            "'same' is already registered",
        ),
        (
            "register_mail_sources",
            FakeSource("same", "a.test"),
            FakeSource("same", "b.test"),
            "'same' is already registered",
        ),
        (
            "register_mail_sources",
            FakeSource("one", "a.test", "b.test"),
            FakeSource("two", "b.test"),
            "mail from 'b.test' is already read by 'one'",
        ),
        (
            "register_mail_sources",
            FakeSource("one", headers=(("X-Board", "jobs"),)),
            FakeSource("two", headers=(("x-board", "Jobs"),)),
            "mail from 'x-board: jobs' is already read by 'one'",
        ),
    ],
)
def test_duplicates_stop_the_start_and_name_both_plugins(hook, first, second, said) -> None:
    with pytest.raises(PluginError, match=said) as stopped:
        load(acme={hook: [first]}, rival={hook: [second]})
    assert "rival (fake.rival)" in str(stopped.value)
    assert "acme (fake.acme)" in str(stopped.value)


def test_duplicates_within_one_plugin_stop_the_start() -> None:
    with pytest.raises(PluginError, match="already registered"):
        load(acme={"register_auth_providers": [FakeAuth("same"), FakeAuth("same")]})


def test_two_plugins_of_one_name_stop_the_start() -> None:
    with (
        plugin_module("fake.acme", register_mailboxes=[]),
        plugin_module("other.acme", register_mailboxes=[]),
        pytest.raises(PluginError, match="another plugin of that name"),
    ):
        load_registry(["fake.acme", "other.acme"], installed=False)


def test_an_unknown_hook_stops_the_start() -> None:
    with pytest.raises(PluginError, match=r"acme \(fake\.acme\).*register_auth_provider\b"):
        load(acme={"register_auth_providers": [], "register_auth_provider": []})


def test_a_plugin_without_any_marked_hook_stops_the_start() -> None:
    with pytest.raises(PluginError, match="registers nothing"):
        load(acme={})


def test_a_plugin_that_does_not_import_stops_the_start() -> None:
    with pytest.raises(PluginError, match="doesn't import: ModuleNotFoundError"):
        load_registry(["fake.nowhere"], installed=False)


def test_a_hook_that_raises_stops_the_start() -> None:
    def fail() -> None:
        raise RuntimeError("no key")

    with pytest.raises(PluginError, match="register_mailboxes raised RuntimeError: no key"):
        load(acme={"register_mailboxes": fail})


@pytest.mark.parametrize(
    ("hook", "answer", "said"),
    [
        ("register_auth_providers", FakeAuth("alone"), "must return a list"),
        ("register_auth_providers", [object()], "no AuthProvider"),
        ("register_auth_providers", [FakeAuth("Big Name")], "'Big Name' is no name"),
        ("register_mail_sources", [FakeAuth("auth")], "no MailSource"),
        ("register_mailboxes", [FakeAuth("auth")], "no Mailbox"),
        ("register_mail_sources", [FakeSource("none")], "must list its senders"),
        (
            "register_mail_sources",
            [FakeSource("bad", "https://acme.test")],
            "neither a domain nor an address",
        ),
        (
            "register_mail_sources",
            [FakeSource("bad", "jobs@*")],
            "neither a domain nor an address",
        ),
        (
            "register_mail_sources",
            [FakeSource("bad", headers=(("Subject", "job"),))],
            "every mail has",
        ),
        (
            "register_mail_sources",
            [FakeSource("bad", headers=(("X-Board", " "),))],
            "no pair of a header",
        ),
        (
            "register_mail_sources",
            [FakeSource("bad", "Acme.test")],
            "neither a domain nor an address",
        ),
    ],
)
def test_what_breaks_the_contract_stops_the_start(hook, answer, said) -> None:
    with pytest.raises(PluginError, match=said):
        load(acme={hook: answer})
