"""Google with Gmail, and LinkedIn, on one port of loopback: `python -m tests.standins.identity --port 9100`.

From a test: `with IdentityStandin() as standin: token = standin.google.issue(...)`. From outside, the same by
`POST /_standin/google/tokens` and its like with the arguments as a JSON object; `GET /_standin/problems` tells
what the services refused as unknown.
"""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from typing import cast

from tests.standins.failures import Mode
from tests.standins.gmail.service import BASE as GMAIL
from tests.standins.gmail.service import Gmail, Unknown
from tests.standins.google import Google
from tests.standins.linkedin import Linkedin
from tests.standins.server import CONTROL, Call, Reply, Standin


class IdentityStandin(Standin):
    """Set `GOOGLE_API_BASE` and `LINKEDIN_API_BASE` to its `url`."""

    def __init__(self, *, port: int = 0) -> None:
        self.google = Google()
        self.gmail = Gmail(self.google)
        self.linkedin = Linkedin()
        super().__init__(endpoints={}, port=port)
        self.endpoints = {**self.google.endpoints(), **self.linkedin.endpoints()}

    def answer(self, call: Call) -> Reply:
        if call.path.startswith(GMAIL):
            return self._answer_mail(call)
        if not call.path.startswith(CONTROL):
            return super().answer(call)
        self.calls.remove(call)
        control = self._controls().get((call.method, f"/{call.path.removeprefix(CONTROL)}"))
        if control is None:
            return Reply(
                404,
                {
                    "controls": [
                        f"{method} {CONTROL.rstrip('/')}{path}" for method, path in self._controls()
                    ]
                },
            )
        try:
            return Reply(200, {"result": control(**call.json())})
        except (TypeError, ValueError, KeyError) as error:
            return Reply(400, {"error": f"{type(error).__name__}: {error}"})

    def _answer_mail(self, call: Call) -> Reply:
        try:
            return self.gmail.answer(call)
        except Unknown as unknown:
            return self.refuse(400, f"Gmail: {unknown}")

    def fail(
        self,
        *,
        mode: str,
        path: str | None = None,
        times: int | None = None,
        seconds: float | None = None,
    ) -> None:
        """Plan a failure (`standins.failures.Mode`); `seconds` is how long "slow" waits."""
        if seconds is not None:
            self.failures.seconds = seconds
        self.failures.plan(cast("Mode", mode), path=path, times=times)

    def recover(self) -> None:
        """Forget every planned failure."""
        self.failures.clear()

    def _controls(self) -> Mapping[tuple[str, str], Callable[..., object]]:
        ours: dict[tuple[str, str], Callable[..., object]] = {
            ("POST", "/failure"): self.fail,
            ("DELETE", "/failure"): self.recover,
            ("GET", "/problems"): lambda: list(self.problems),
            ("GET", "/calls"): lambda: [f"{call.method} {call.path}" for call in self.calls],
        }
        for service, controls in (
            ("google", self.google.controls()),
            ("gmail", self.gmail.controls()),
            ("linkedin", self.linkedin.controls()),
        ):
            ours |= {("POST", f"/{service}/{name}"): control for name, control in controls.items()}
        return ours


def with_samples(standin: IdentityStandin) -> None:
    """Add an application, a person and a token of each service, to try things by hand."""
    standin.google.add_client(
        client_id="happo-demo.apps.googleusercontent.com", secret="demo-secret"
    )
    standin.google.add_account(sub="108437291", email="joe@gmail.test")
    standin.google.issue(
        sub="108437291",
        client_id="happo-demo.apps.googleusercontent.com",
        scope="openid email profile https://www.googleapis.com/auth/gmail.readonly",
        token="ya29.demo",
    )
    standin.linkedin.add_client(client_id="happo-demo", secret="demo-secret")
    standin.linkedin.add_member(id="yrZCpj2Z12", email="bob@linked.test")
    standin.linkedin.issue(id="yrZCpj2Z12", client_id="happo-demo", token="AQdemo")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.standins.identity", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    standin = IdentityStandin(port=parser.parse_args(arguments).port)
    with_samples(standin)
    standin.start()
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    print(f"GOOGLE_API_BASE={standin.url} LINKEDIN_API_BASE={standin.url}", flush=True)
    stopped.wait()
    standin.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
