"""The errors with which a command of Happo ends before it has begun: each is one sentence for the operator."""

import sys

from django.core.exceptions import ImproperlyConfigured
from environs import EnvError

from providers.loading import PluginError
from tenants.database.embedded.server import EmbeddedPostgresError


class StartupError(Exception):
    """Happo can't start or go on; the text gives the operator the reason."""


# What an operator can correct. A traceback would say nothing more.
STARTUP_ERRORS = (
    StartupError,
    ImproperlyConfigured,
    EnvError,
    PluginError,
    EmbeddedPostgresError,
)


def exit_with_reason(error: Exception) -> int:
    """Print the reason on standard error and return the exit status."""
    print(f"Happo can't run: {error}", file=sys.stderr, flush=True)
    return 1
