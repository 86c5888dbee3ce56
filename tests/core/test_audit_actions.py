"""An audit entry holds ids, flags, numbers, words and names of fields: no secret, and nothing that people wrote."""

from typing import get_args
from uuid import uuid4

import pytest

from core.audit_actions import ACTIONS, Action, ObjectKind

ALL_VALUES = [(action, name) for action, rule in ACTIONS.items() for name in rule.values]
# What a person may have written, or must keep.
PERSONAL = ["anna@mail.test", "Anna Smith", "+49 30 1234567", "argon2$x y", "ä", "", "x" * 301]


def test_every_action_has_a_rule_and_every_kind_an_action() -> None:
    assert set(ACTIONS) == set(get_args(Action))
    assert {rule.kind for rule in ACTIONS.values()} == set(get_args(ObjectKind))
    assert all(len(action) <= 40 for action in ACTIONS)


@pytest.mark.parametrize(("action", "name"), ALL_VALUES, ids=lambda part: str(part))
def test_no_value_of_an_action_takes_what_people_write(action: Action, name: str) -> None:
    for text in PERSONAL:
        for value in (text, [text], (text, "fine")):
            with pytest.raises(ValueError, match="may not hold"):
                ACTIONS[action].check({name: value})


def test_a_value_that_is_not_listed_is_refused() -> None:
    with pytest.raises(ValueError, match="has no email"):
        ACTIONS["user.create"].check({"email": 1})


def test_values_are_stored_as_json_has_them() -> None:
    position = uuid4()
    values = {"position": position, "fields": ("title", "notes")}
    stored = ACTIONS["candidate.update"].check(values)
    assert stored == {"position": str(position), "fields": ["notes", "title"]}
    assert ACTIONS["apikey.create"].check({"scopes": ("write", "read"), "rate": None}) == {
        "scopes": ["read", "write"],
        "rate": None,
    }
