"""The page of a provider on which a browser logs in and consents (RFC 6749, section 4.1): what the stand-ins share."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import urlencode

from tests.standins.server import Call, Reply


@dataclass
class ConsentPage:
    """Who is logged in at the provider with the browser that comes, and whether that person consents.

    `asked`: the parameters of each request, so that a test can look at what a client sent.
    """

    person: str | None = None
    consents: bool = True
    asked: list[Mapping[str, str]] = field(default_factory=list)

    def log_in(self, *, person: str | None, consents: bool = True) -> None:
        """Have that person (the provider's key) in front of the next browsers."""
        self.person, self.consents = person, consents

    def refuse(self, call: Call, *, clients: Mapping[str, str]) -> Reply | None:
        """Return the page of an error that the browser isn't sent back from, None for a request that is well-formed."""
        self.asked.append(call.query)
        if call.query.get("client_id") not in clients:
            return Reply(401, {"error": "invalid_client"})
        if call.query.get("response_type") != "code" or not call.query.get("redirect_uri"):
            return Reply(400, {"error": "invalid_request"})
        return None if self.person else Reply(400, {"standin": "nobody is logged in"})

    def send_back(self, call: Call, **answer: str) -> Reply:
        """Return the redirect to the application, with its `state`."""
        if "state" in call.query:
            answer["state"] = call.query["state"]
        return Reply(302, {}, {"Location": f"{call.query['redirect_uri']}?{urlencode(answer)}"})


def fits_challenge(challenge: str | None, verifier: str | None) -> bool:
    """Return whether a code verifier is the one of the challenge (RFC 7636, method S256)."""
    if challenge is None:
        return verifier is None
    digest = sha256((verifier or "").encode()).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=") == challenge
