"""The options that an auth provider or a mailbox declares: its `options_model`, a pydantic model of single values.

    class AcmeOptions(BaseModel):
        issuer: HttpUrl
        signing_key: SecretStr | None = None

    class AcmeLogin:
        name = "acme"
        options_model = AcmeOptions

An operator sets them for a tenant as text (`manage.py provider set acme --option issuer=https://...`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, get_args

from pydantic import BaseModel, SecretBytes, SecretStr, ValidationError

# Of the value of an option.
MAX_OPTION_CHARACTERS: Final = 10_000


class OptionRefused(ValueError):
    """The plugin has no such option, or not with this value. The text is a sentence, without the value of a secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownOption:
    """One option as operators see it. `value`: what was set; None where nothing was, or it is secret."""

    name: str
    value: str | None
    is_set: bool
    is_secret: bool
    is_required: bool


def options_model_of(item: object) -> type[BaseModel] | None:
    """Return the model that a registered item declares; None where it has no options."""
    model: type[BaseModel] | None = getattr(item, "options_model", None)
    return model


def find_fault_of_options(item: object) -> str | None:
    """Return what is wrong with an item's declaration, as the end of a sentence."""
    model = getattr(item, "options_model", None)
    if model is not None and not (isinstance(model, type) and issubclass(model, BaseModel)):
        return "has an options_model that is no pydantic model"
    aliased = [name for name, field in (model.model_fields if model else {}).items() if field.alias]
    return f"has an option with an alias: {aliased[0]}" if aliased else None


def check_options(
    name: str, model: type[BaseModel], options: Mapping[str, str], *, given: Collection[str]
) -> tuple[str, ...]:
    """Raise `OptionRefused` for what is wrong with those in `given`; return the required ones that have no value.

    `name`: of the provider or mailbox. `options`: all that will be set, with those in `given`.
    """
    for option in given:
        if option not in model.model_fields:
            known = ", ".join(sorted(model.model_fields))
            raise OptionRefused(f"{name} has no option {option}; its options are: {known}")
        if len(options.get(option, "")) > MAX_OPTION_CHARACTERS:
            raise OptionRefused(
                f"{name} refuses the option {option}: it is longer than"
                f" {MAX_OPTION_CHARACTERS:,} characters"
            )
    missing = []
    for place, kind, said in _find_errors(model, options):
        option = place or ", ".join(sorted(given))
        if kind == "missing":
            missing.append(option)
        elif not place or place in given:
            raise OptionRefused(f"{name} refuses the option {option}: {said}")
    return tuple(missing)


def list_options(model: type[BaseModel], options: Mapping[str, str]) -> list[ShownOption]:
    """Return all options of a model, without the values of secrets."""
    return [
        ShownOption(
            name=name,
            value=None if _is_secret(model, name) else options.get(name),
            is_set=name in options,
            is_secret=_is_secret(model, name),
            is_required=field.is_required(),
        )
        for name, field in model.model_fields.items()
    ]


def _find_errors(model: type[BaseModel], options: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Return (option, kind, text) of each error; the option is "" where it is one of the options together."""
    known = {name: value for name, value in options.items() if name in model.model_fields}
    try:
        model.model_validate_strings(known)
    except ValidationError as error:
        return [
            (place, one["type"], _describe(model, place, one["msg"]))
            for one in error.errors(include_input=False, include_context=False, include_url=False)
            for place in [str(one["loc"][0]) if one["loc"] else ""]
        ]
    return []


def _describe(model: type[BaseModel], place: str, said: str) -> str:
    """Return the text of an error, unless it may contain a secret."""
    named = [place] if place else list(model.model_fields)
    if any(_is_secret(model, name) for name in named):
        return "it is not as the plugin declares it"
    return said


def _is_secret(model: type[BaseModel], name: str) -> bool:
    waiting: list[object] = [model.model_fields[name].annotation]
    while waiting:
        one = waiting.pop()
        if isinstance(one, type) and issubclass(one, SecretStr | SecretBytes):
            return True
        waiting += get_args(one)
    return False
