"""What a process in which sources read answers about one mail."""

from __future__ import annotations

from pydantic import BaseModel

from providers.interpretation import Interpretation
from providers.messages import MailEvent

# A hundred events with all their evidence have less.
MAX_BYTES_OF_ANSWER = 16 * 1024 * 1024


class Answer(BaseModel):
    """What one source says of a mail. `last`: the process takes no more mail."""

    accepted: bool = False
    events: tuple[MailEvent, ...] = ()
    error: str | None = None
    last: bool = False

    @classmethod
    def of(cls, said: Interpretation) -> Answer:
        """Return what passes between processes of what a source says."""
        return cls.model_construct(
            accepted=said.accepted_by is not None, events=said.events, error=said.error
        )

    def write(self) -> bytes:
        return self.model_dump_json().encode()

    @classmethod
    def read(cls, written: bytes) -> Answer:
        """Return the answer. Raises `ValueError` for what no answer is: a source may have changed what writes it."""
        return cls.model_validate_json(written)
