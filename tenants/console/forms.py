"""Forms of the consoles: they show what a service refuses beside the field that it is about."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django import forms

from core.errors import DomainError, Invalid, Overloaded, RateLimited
from core.messages import message_beside_field, message_for_operator, message_for_problem
from providers.limits import MAX_PASSWORD_CHARACTERS

# A code of six digits, or a recovery code, however it is grouped.
_MAX_CODE: Final = 40


def password_field(label: str, autocomplete: str) -> forms.CharField:
    """Return a field for a password. `autocomplete`: what it is to the browser, e.g. `new-password`."""
    return forms.CharField(
        label=label,
        strip=False,
        max_length=MAX_PASSWORD_CHARACTERS,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
    )


class ConsoleForm(forms.Form):
    """A form whose labels have no colon and whose fields are drawn by the template tag `field`."""

    def __init__(self, *arguments: Any, **options: Any) -> None:  # Any: as in Django
        options.setdefault("label_suffix", "")
        super().__init__(*arguments, **options)

    def add_refusal(self, error: DomainError) -> None:
        """Show the sentence of a service's error: beside its field where the form has that, else above the form."""
        if not isinstance(error, Invalid):
            self.add_error(None, f"{message_for_operator(error)}.")
            return
        for problem in error.problems:
            if problem.field in self.fields:
                self.add_error(problem.field, f"{message_beside_field(problem)}.")
            else:
                self.add_error(None, f"{message_for_problem(problem)}.")

    @contextmanager
    def showing_refusals(self) -> Iterator[None]:
        """Turn a service's error into one of the form, which is not valid then.

        The limits of requests pass: their answer has a status of its own.
        """
        try:
            yield
        except (RateLimited, Overloaded):
            raise
        except DomainError as error:
            self.add_refusal(error)

    def add_refusal_to(self, field: str, error: DomainError) -> None:
        """Show the sentence of a service's error beside this field, whatever the service calls it."""
        if isinstance(error, Invalid):
            for problem in error.problems:
                self.add_error(field, f"{message_beside_field(problem)}.")
        else:
            self.add_error(field, f"{message_for_operator(error).rstrip('.')}.")


class CodeForm(ConsoleForm):
    """A code of an authenticator; where a second factor is asked for, a recovery code is good too."""

    code = forms.CharField(
        max_length=_MAX_CODE,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "autocapitalize": "none",
                "spellcheck": "false",
                "autofocus": True,
            }
        ),
    )
