"""A mail server that doesn't give up: it sends each mail until it is accepted, on several connections."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Lock, Thread

from tests.tenants.inbound.talking import Talk

_PAUSE = 0.1


@dataclass(frozen=True)
class Outgoing:
    """One mail to one address, with a name of its own."""

    name: str
    address: str
    raw: bytes


class Sender:
    """Sends mails; `accepted` has the names of those that the server has answered with 250, in their order."""

    def __init__(self, port: int, mails: Sequence[Outgoing], *, connections: int) -> None:
        self.accepted: list[str] = []
        self.refusals: list[str] = []
        self._port, self._lock, self._gives_up = port, Lock(), False
        self._waiting = SimpleQueue[Outgoing]()
        for mail in mails:
            self._waiting.put(mail)
        self._threads = [Thread(target=self._send_all) for _ in range(connections)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def wait_for(self, accepted: int, *, seconds: float = 90) -> None:
        """Wait until so many mails are accepted."""
        deadline = time.monotonic() + seconds
        while len(self.accepted) < accepted:
            assert time.monotonic() < deadline, f"{len(self.accepted)} are accepted"
            time.sleep(0.01)

    def give_up(self) -> None:
        """Send nothing more."""
        while self._next() is not None:
            pass
        self._gives_up = True

    def join(self) -> None:
        for thread in self._threads:
            thread.join()

    def _send_all(self) -> None:
        while (mail := self._next()) is not None:
            try:
                with Talk(self._port) as talk:
                    talk.greet()
                    while mail is not None:
                        self._send(talk, mail)
                        mail = self._next()
            except (OSError, AssertionError) as error:
                # The connection broke, or the server refuses it for now: the mail is sent again.
                self.refusals.append(repr(error))
                assert mail is not None
                if not self._gives_up:
                    self._waiting.put(mail)
                time.sleep(_PAUSE)

    def _next(self) -> Outgoing | None:
        try:
            return self._waiting.get_nowait()
        except Empty:
            return None

    def _send(self, talk: Talk, mail: Outgoing) -> None:
        (reply,) = talk.deliver(mail.raw, mail.address)
        assert reply.startswith("250"), reply
        with self._lock:
            self.accepted.append(mail.name)


def send_all(port: int, mails: Sequence[Outgoing], *, connections: int) -> float:
    """Send all mails; return the seconds that it took."""
    sender = Sender(port, mails, connections=connections)
    started = time.monotonic()
    sender.start()
    sender.join()
    return time.monotonic() - started
