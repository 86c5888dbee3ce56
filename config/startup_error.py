"""The error with which `make run` ends."""


class StartupError(Exception):
    """Happo can't start or go on; the text gives the operator the reason."""
