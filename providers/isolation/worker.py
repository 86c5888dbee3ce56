"""The process in which mail sources read: it gets one mail after another, and answers what one source says of it.

It is forked from `providers.isolation.loader`. Sources of shipped plugins, which Happo's tests hold to their contract,
read one after the other. The process takes no more mail once one of an installed plugin has read: whatever that has
done to it, such as replacing functions, closing files or setting limits, ends with that mail.
"""

from __future__ import annotations

import os
from multiprocessing.connection import Connection

from providers.interpretation import ask_one
from providers.isolation.answers import Answer
from providers.isolation.leftovers import (
    LEFT_A_THREAD,
    count_threads,
    leaves_threads,
    refuse_processes,
)
from providers.isolation.memory import address_space, limited_memory
from providers.isolation.time_limit import limited_time
from providers.messages import Message
from providers.registry import Registry

MAX_BYTES_PER_MAIL = 64 * 1024 * 1024
# What the sources keep of all their mails, such as a table that grows, before another process takes over.
MAX_BYTES_KEPT = 64 * 1024 * 1024
# Where all processors are busy, a source that takes all of its time gets a tenth of one, and delays neither requests
# nor other mail. A sound one takes a few milliseconds for a mail, for which there is room all the same.
NICENESS = 10


def answer_mail(registry: Registry, connection: Connection, *, seconds: float) -> None:
    """Answer until the other side closes the connection, each mail in that many seconds of the processor."""
    os.setpriority(os.PRIO_PROCESS, 0, max(NICENESS, os.getpriority(os.PRIO_PROCESS, 0)))
    refuse_processes()
    most, threads = address_space() + MAX_BYTES_KEPT, count_threads()
    is_last = False
    while not is_last:
        try:
            name, message = connection.recv()
        except EOFError:
            return
        # Asked before: the source may change what tells it.
        is_last = _is_installed(registry, name)
        with limited_time(seconds):
            answer = _answer(registry, name, message)
        if leaves_threads(threads):
            os._exit(LEFT_A_THREAD)
        is_last = is_last or address_space() > most
        connection.send_bytes(answer.model_copy(update={"last": is_last}).write())


def _is_installed(registry: Registry, name: str) -> bool:
    source = registry.mail_source(name)
    plugin = registry.plugin_of(source) if source else None
    return plugin is not None and plugin.origin == "installed"


def _answer(registry: Registry, name: str, message: Message) -> Answer:
    source = registry.mail_source(name)
    if source is None:
        return Answer(error=f"the process for plugins has no mail source {name}")
    try:
        with limited_memory(MAX_BYTES_PER_MAIL):
            return Answer.of(ask_one(source, message))
    except MemoryError:
        return Answer(error="MemoryError: more than 64 MiB")
