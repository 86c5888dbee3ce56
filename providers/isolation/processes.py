"""Runs mail sources in processes of their own: one that loops for ever or eats memory harms one mail."""

from __future__ import annotations

import json
import logging
import time
from collections import deque
from collections.abc import Collection, Sequence
from functools import partial
from threading import Lock
from typing import Final

from providers.claims import claimed_by
from providers.contracts import MailSource, Message
from providers.interpretation import NOTHING, AskSource, Interpretation
from providers.isolation.answers import Answer
from providers.isolation.forking import Ended, PluginLoader, ReadingProcess

# Of processor time, which doesn't depend on what else the machine does.
MAX_SECONDS_PER_MAIL: Final = 2.0
# A source that waits takes no processor time. On a busy machine good mail may wait for long.
MAX_SECONDS_BY_THE_CLOCK: Final = 30.0
# A source that was stopped this often within that time isn't asked for that owner's mail meanwhile: what it wastes
# stays a small part, and hostile mail to one owner delays no other's. A source that the mail of so many owners stopped
# is broken: it is asked for no mail.
MAX_STOPS, MAX_STOPPED_OWNERS, SECONDS_OF_REST = 2, 5, 30.0
# How the errors begin that say nothing of the mail: the mail is worth another try.
STOPPED: Final = "Stopped: "
NOT_ASKED: Final = STOPPED + "not asked"
_log = logging.getLogger(__name__)


class SourceProcesses:
    """Asks mail sources in other processes. The first mail waits until the plugins are loaded.

    `shipped`, `installed`, `without`: the plugins, as for `load_registry`. `seconds`: of processor time for one mail.
    `by_the_clock`: seconds for a source that waits. `ask` may be called by several threads; each uses a process of its
    own meanwhile.
    """

    def __init__(
        self,
        shipped: Sequence[str],
        *,
        installed: bool = True,
        without: Collection[str] = (),
        seconds: float = MAX_SECONDS_PER_MAIL,
        by_the_clock: float = MAX_SECONDS_BY_THE_CLOCK,
    ) -> None:
        self._plugins = json.dumps(
            {"shipped": list(shipped), "installed": installed, "without": list(without)}
        )
        self._load = partial(
            PluginLoader, self._plugins, seconds=seconds, by_the_clock=by_the_clock
        )
        self._loader: PluginLoader | None = None
        self._idle: list[ReadingProcess] = []
        # By source: when it was stopped, and the owner of the mail.
        self._stops: dict[str, deque[tuple[float, str]]] = {}
        self._lock = Lock()

    def ask_for(self, owner: str) -> AskSource:
        """Return `ask` for the mail of one owner: what their mail does to a source is no reason to ignore another's."""
        return partial(self.ask, owner=owner)

    def ask(self, source: MailSource, message: Message, *, owner: str = "") -> Interpretation:
        """Return what one source says of a mail that it claims. Never raises."""
        if self._rests(source.name, owner):
            return self._failed(source, message, f"{NOT_ASKED}: it was stopped repeatedly before")
        process = None
        try:
            process = self._take()
            answer = process.ask(source.name, message)
        except Ended as ended:
            if process is not None:
                process.end()
            return self._stop(source, message, str(ended), owner)
        if answer.last:
            process.end()
        else:
            with self._lock:
                self._idle.append(process)
        return _interpret(answer, source, message)

    def close(self) -> None:
        """End the processes that are idle, and the one that has loaded the plugins."""
        with self._lock:
            processes, self._idle = self._idle, []
            loader, self._loader = self._loader, None
        for process in processes:
            process.end()
        if loader is not None:
            loader.close()

    def _take(self) -> ReadingProcess:
        with self._lock:
            while self._idle:
                process = self._idle.pop()
                if process.is_alive:
                    return process
                process.end()
            if self._loader is not None:
                try:
                    return self._loader.start()
                except Ended:
                    self._loader.close()
            self._loader = None
            self._loader = self._load()
            return self._loader.start()

    def _stop(
        self, source: MailSource, message: Message, reason: str, owner: str
    ) -> Interpretation:
        _log.warning("mail source %s: %s", source.name, reason)
        with self._lock:
            stops = self._stops.setdefault(
                source.name, deque(maxlen=MAX_STOPS * MAX_STOPPED_OWNERS)
            )
            stops.append((time.monotonic(), owner))
        return self._failed(source, message, STOPPED + reason)

    def _rests(self, name: str, owner: str) -> bool:
        since = time.monotonic() - SECONDS_OF_REST
        with self._lock:
            owners = [one for at, one in self._stops.get(name, ()) if at > since]
        return owners.count(owner) >= MAX_STOPS or len(set(owners)) >= MAX_STOPPED_OWNERS

    def _failed(self, source: MailSource, message: Message, error: str) -> Interpretation:
        return Interpretation(
            source=source,
            accepted_by=source,
            claimed_by=claimed_by(source, message),
            error=error,
        )


def _interpret(answer: Answer, source: MailSource, message: Message) -> Interpretation:
    if not answer.error and not answer.accepted:
        return NOTHING
    return Interpretation(
        source=source if answer.events or answer.error else None,
        accepted_by=source,
        claimed_by=claimed_by(source, message),
        events=answer.events,
        error=answer.error,
    )
