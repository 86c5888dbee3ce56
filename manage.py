#!/usr/bin/env python3
"""The command line: `./manage.py help`."""

import os
import sys
from pathlib import Path


def use_virtual_environment() -> None:
    """Continue in the checkout's virtual environment, if there is one and this Python is not in any."""
    python = Path(__file__).resolve().parent / ".venv" / "bin" / "python"
    if sys.prefix == sys.base_prefix and python.exists():
        os.execv(python, [str(python), *sys.argv])  # noqa: S606 - the arguments are the operator's


def main() -> None:
    """Run the command of the command line."""
    from django.conf import settings

    from config.command_line import CommandLine
    from config.logs import log_uncaught_exceptions
    from config.startup_error import STARTUP_ERRORS, exit_with_reason

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        # Django itself ignores errors of the settings until a command stumbles over them.
        _ = settings.INSTALLED_APPS
        log_uncaught_exceptions()
        CommandLine(sys.argv).execute()
    except STARTUP_ERRORS as error:
        sys.exit(exit_with_reason(error))


if __name__ == "__main__":
    use_virtual_environment()
    from config.loading import begin_to_load
    from config.owner_login import start_without_owner_login

    start_without_owner_login(sys.argv)
    begin_to_load()
    main()
