from __future__ import annotations

import inspect

import pytest

from providers import hookspecs

HOOKS = {name: hook for name, hook in vars(hookspecs).items() if hasattr(hook, "happo_spec")}


def test_the_hooks_are_the_three_registrations() -> None:
    assert set(HOOKS) == {"register_auth_providers", "register_mail_sources", "register_mailboxes"}


@pytest.mark.parametrize("name", sorted(HOOKS))
def test_a_hook_says_in_one_line_what_to_return(name) -> None:
    docstring = inspect.getdoc(HOOKS[name])
    assert docstring
    assert docstring.startswith("Return ")
    assert docstring.endswith(".")
    assert "\n" not in docstring
    assert inspect.signature(HOOKS[name]).return_annotation != inspect.Signature.empty
