"""What a caller knows from earlier answers: ids of things that are there, cursors. Random ones only ever get a 404."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final

import orjson
import schemathesis
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.meta import TestPhase

Json = Any  # Any: JSON
# The route whose answers have an id, and what routes call it that need it.
_SOURCES: Final[Mapping[str, str]] = {
    "POST /v1/positions": "position_id",
    "POST /v1/positions/{position_id}/candidates": "candidate_id",
    "POST /v1/attachments": "attachment_id",
    "GET /api/jobapps/get_statuses": "status_id",
    "GET /api/jobapps/get_jobapps": "jobapp_id",
    "POST /api/jobapps/add_jobapp_note": "jobapp_note_id",
    "POST /api/mailboxes/add_mailbox": "mailbox_id",
}


@dataclass
class Known:
    """Ids by their names, each with the ids of its parents."""

    cursors: set[str] = field(default_factory=set)
    things: dict[str, list[Json]] = field(default_factory=dict)
    _turns: Iterator[int] = field(default_factory=count)

    def learn(self, case: schemathesis.Case, response: schemathesis.Response) -> None:
        """Remember the ids of a reply, and forget those of what was deleted."""
        # Other methods of the same path are tried too; OPTIONS answers 200.
        if response.status_code != 200 or not case.operation.label.startswith(f"{case.method} "):
            return
        self.cursors.update(re.findall(r'"nextCursor":"([^"]+)"', response.text))
        label, parents = case.operation.label, dict(case.path_parameters or {})
        if name := _SOURCES.get(label):
            data = orjson.loads(response.content)["data"]
            for thing in data if isinstance(data, list) else [data]:
                self.things.setdefault(name, []).append(parents | {name: thing["id"]})
        if case.method == "DELETE" or label.endswith("/archive") or "/delete_" in label:
            self._forget(parents or case.body)

    def fill_in(self, case: schemathesis.Case) -> None:
        """Put known ids where a right request has made-up ones; what is wrong on purpose stays wrong."""
        # Sequences of requests bring their own ids, and checks that follow them.
        if case.meta is None or case.meta.phase.name == TestPhase.STATEFUL:
            return
        for place, values in (
            (ParameterLocation.PATH, case.path_parameters),
            (ParameterLocation.QUERY, case.query),
            (ParameterLocation.BODY, case.body),
        ):
            component = case.meta.components.get(place)
            if component is not None and component.mode.is_positive and isinstance(values, dict):
                self._replace(values)

    def _replace(self, values: dict[str, Json]) -> None:
        for name, things in self.things.items():
            if name in values and things and things[0].keys() <= values.keys():
                # Each in its turn, so that deleting one leaves the children of the others.
                values.update(things[next(self._turns) % len(things)])

    def _forget(self, gone: Mapping[str, Json]) -> None:
        for name, things in self.things.items():
            ids = {key: value for key, value in gone.items() if key in self.things}
            self.things[name] = [
                thing for thing in things if not ids or not ids.items() <= thing.items()
            ]
