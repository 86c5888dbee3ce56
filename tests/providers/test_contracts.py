"""`providers.contracts` has all that a plugin needs, so that plugins import from one place."""

import inspect
from types import ModuleType
from typing import Final

import pytest

import providers.contracts
from providers import context, errors, kept_documents, messages, values
from providers.contracts import logins, mail_access, mail_sources, mailboxes

# What the classes of plugins are built on.
NOT_FOR_PLUGINS: Final = {"MailHead", "Value"}


@pytest.mark.parametrize(
    "module",
    [
        *(context, errors, kept_documents, messages, values),
        *(logins, mail_access, mail_sources, mailboxes),
    ],
    ids=lambda module: module.__name__,
)
def test_every_class_is_exported(module: ModuleType) -> None:
    defined = {
        name
        for name, item in vars(module).items()
        if inspect.isclass(item) and item.__module__ == module.__name__ and name[0] != "_"
    }
    assert defined
    assert defined - NOT_FOR_PLUGINS <= set(providers.contracts.__all__)


def test_what_is_exported_exists() -> None:
    assert all(hasattr(providers.contracts, name) for name in providers.contracts.__all__)
