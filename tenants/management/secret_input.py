"""Secrets that a command is given: every process can read its arguments, so they come on standard input."""

import sys
from getpass import getpass

from django.core.management.base import CommandError


def read_secret(kind: str = "Password") -> str:
    """Return a line of standard input. A terminal asks for it, by the name `kind`, and doesn't show what is typed."""
    asks = sys.stdin.isatty()
    secret = getpass(f"{kind}: ") if asks else sys.stdin.readline().rstrip("\r\n")
    if not secret:
        raise CommandError(f"{kind}: standard input is empty")
    return secret
