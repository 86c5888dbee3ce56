"""Close a thread's connections when the thread ends.

The web server ends threads that have been idle for a while. Django keeps a connection per thread, in an object that is
part of a reference cycle: without this the connection would stay open until a full garbage collection.
"""

import os
import threading
from weakref import WeakSet

import psycopg

_thread = threading.local()


class _Opened:
    """The connections that one thread has opened; Python drops it when the thread ends."""

    def __init__(self) -> None:
        self.connections: WeakSet[psycopg.Connection[object]] = WeakSet()
        self._process = os.getpid()

    def __del__(self) -> None:
        # After a fork the connections belong to the parent.
        if self._process == os.getpid():
            for connection in list(self.connections):
                connection.close()


def close_with_thread(connection: psycopg.Connection[object]) -> None:
    """Close `connection` at the latest when the thread that calls this ends."""
    if not hasattr(_thread, "opened"):
        _thread.opened = _Opened()
    _thread.opened.connections.add(connection)
