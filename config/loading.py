"""Keeps the garbage collector from the program while it is loaded, and from what was loaded ever after.

All that is imported stays until the process ends. The collector would find nothing in it, and would take a sixth of the
time of a start to look through it again and again. Processes that are forked afterwards share this memory for longer.
"""

import gc


def begin_to_load() -> None:
    """Collect no garbage until `end_loading`."""
    gc.disable()


def end_loading() -> None:
    """Collect garbage from now on, but look at nothing that exists."""
    gc.freeze()
    gc.enable()
