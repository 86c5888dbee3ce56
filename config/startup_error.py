"""The one way in which `make run` fails on purpose."""


class StartupError(Exception):
    """What stops the start, in words for whoever typed `make run`."""
