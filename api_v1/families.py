"""The two APIs of the house, with their routers. A new router is listed here."""

from contextlib import AbstractContextManager
from typing import Final

from django.http import HttpRequest

from api_v1.family import ApiFamily
from api_v1.happo import auth as happo_auth
from api_v1.happo.envelope import HappoEnvelope
from api_v1.happo.errors import refuse as happo_refuse
from api_v1.jobhax.envelope import JobHaxEnvelope
from api_v1.jobhax.errors import refuse as jobhax_refuse
from api_v1.wrappers import answer_writes_once, limit_rate
from core.accounts.values import Caller
from core.errors import Unauthenticated


def _admit_nobody(request: HttpRequest) -> AbstractContextManager[Caller]:
    """JobHax has no route yet, so that no token of it exists."""
    raise Unauthenticated("missing")


HAPPO: Final = ApiFamily(
    name="happo",
    prefix="/v1",
    title="Happo API",
    routers=(),
    admit=happo_auth.admit,
    envelope=HappoEnvelope(),
    refuse=happo_refuse,
    needs_version=True,
    wrappers=(limit_rate, answer_writes_once),
)
JOBHAX: Final = ApiFamily(
    name="jobhax",
    prefix="/api",
    title="JobHax API",
    routers=(),
    admit=_admit_nobody,
    envelope=JobHaxEnvelope(),
    refuse=jobhax_refuse,
    needs_version=False,
    wrappers=(limit_rate, answer_writes_once),
)
FAMILIES: Final = (HAPPO, JOBHAX)
