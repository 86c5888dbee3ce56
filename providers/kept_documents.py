"""Documents that a provider publishes for every application alike, such as its public keys: kept between log-ins."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, TypeVar

from pydantic import BaseModel

MOST_DOCUMENTS: Final = 256
KEPT_FOR: Final = timedelta(minutes=10)
# An unknown key may be a new one; but senders of made-up tokens must not make Happo ask for keys with each of them.
PAUSE_BETWEEN_FETCHES: Final = timedelta(minutes=1)
M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class _Kept:
    document: BaseModel
    fetched_at: datetime


@dataclass(slots=True)
class KeptDocuments:
    """At most `most` documents, each for ten minutes; the one that was kept first goes first. Threads may share it.

    `url`: the address that a document was fetched from. Tenants share the documents, so they must hold no secret, and
    depend on nothing but the address.
    """

    most: int = MOST_DOCUMENTS
    _kept: OrderedDict[str, _Kept] = field(default_factory=OrderedDict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _asked_again_at: dict[str, datetime] = field(default_factory=dict, repr=False)

    def find(self, url: str, model: type[M], *, now: datetime) -> M | None:
        """Return the document of an address, None where there is none or it is too old."""
        with self._lock:
            kept = self._kept.get(url)
        if kept is None or not isinstance(kept.document, model):
            return None
        return kept.document if now - kept.fetched_at < KEPT_FOR else None

    def keep(self, url: str, document: BaseModel, *, now: datetime) -> None:
        with self._lock:
            self._kept.pop(url, None)
            self._kept[url] = _Kept(document, now)
            while len(self._kept) > self.most:
                oldest, _ = self._kept.popitem(last=False)
                self._asked_again_at.pop(oldest, None)

    def may_fetch_again(self, url: str, *, now: datetime) -> bool:
        """Tell whether a kept document may be fetched before its time; True to one caller a minute."""
        with self._lock:
            last = self._asked_again_at.get(url)
            if url not in self._kept or (last is not None and now - last < PAUSE_BETWEEN_FETCHES):
                return False
            self._asked_again_at[url] = now
            return True
