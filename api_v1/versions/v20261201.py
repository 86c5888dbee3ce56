"""What `v20261201` changed. Each docstring is a sentence of the changelog."""

import re
from typing import Final

from api_v1.jobhax.errors import DOCUMENTED_WORDS
from api_v1.versions.timeline import Json, VersionChange


class ErrorsCarryDetails(VersionChange):
    """Errors also carry `code` (stable, for machines), `errors` (each field's problem) and `requestId`."""

    family = "happo"
    added: Final = ("code", "errors", "requestId")

    def downgrade_error(self, body: Json) -> Json:
        return {name: value for name, value in body.items() if name not in self.added}

    def describe_error(self, schema: Json) -> Json:
        schema["properties"] = {n: s for n, s in schema["properties"].items() if n not in self.added}
        schema["required"] = [name for name in schema["required"] if name not in self.added]
        return schema


class ErrorMessagesGiveReasons(VersionChange):
    """`error_message` gives the reason (`company is required`), no longer the fixed words of its `error_code`."""

    family = "jobhax"

    def downgrade_error(self, body: Json) -> Json:
        words = DOCUMENTED_WORDS[body["error_code"]]
        # A message that begins with the document's words is one that older versions show too.
        return body if body["error_message"].startswith(words) else {**body, "error_message": words}

    def describe_error(self, schema: Json) -> Json:
        openings = "|".join(re.escape(words) for words in DOCUMENTED_WORDS.values() if words)
        schema["properties"]["error_message"]["pattern"] = f"^({openings})"
        return schema


CHANGES: Final = (ErrorsCarryDetails(), ErrorMessagesGiveReasons())
