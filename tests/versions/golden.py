"""The golden talks: who holds them, and where they are checked in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from api_v1.families import FAMILIES
from api_v1.versions import OLDEST, TIMELINE
from api_v1.versions.apis import VersionedApi, build_apis
from api_v1.versions.frozen import document_of, frozen_document
from core.accounts.services import issue_api_key, register_confirmed_user
from tenants.context import tenant_scope
from tenants.credentials import key_prefix
from tenants.onboarding import CreatedTenant
from tests.versions import happo_talk, jobhax_talk
from tests.versions.contract import Contract
from tests.versions.transcript import Transcript

FOLDER = Path(__file__).parent / "golden"
APIS: Mapping[str, Mapping[str, VersionedApi]] = {
    family.name: build_apis(family, TIMELINE) for family in FAMILIES
}


@dataclass(frozen=True)
class Golden:
    """One talk: an API in a version."""

    family: str
    version: str

    @property
    def file(self) -> Path:
        """Return where it is checked in."""
        return FOLDER / f"{self.family}-{self.version}.txt"

    @property
    def api(self) -> VersionedApi:
        """Return the API in that version."""
        return APIS[self.family][self.version]

    def contract(self) -> Contract:
        """Return the document that its replies are held against: the frozen one, where there is one."""
        if self.version == OLDEST:
            return Contract(frozen_document(self.api.family, self.version))
        return Contract(document_of(self.api))

    def hold(self, tenant: CreatedTenant) -> Transcript:
        """Hold the talk with a tenant in which nothing has happened yet."""
        to = Transcript(self.api, tenant.api_key, self.contract().check)
        _TALKS[self.family](to, tenant)
        return to


TALKS = [Golden(family, version) for family in APIS for version in TIMELINE.names]


def _happo(to: Transcript, tenant: CreatedTenant) -> None:
    with tenant_scope(tenant.ref) as ref:
        colleague = issue_api_key(
            register_confirmed_user("colleague@golden.test"), prefix=key_prefix(ref)
        ).key
    happo_talk.talk(to, colleague)


def _jobhax(to: Transcript, tenant: CreatedTenant) -> None:
    jobhax_talk.talk(to, jobhax_talk.OAuthClient(tenant.client_id, tenant.client_secret))


_TALKS: Mapping[str, Callable[[Transcript, CreatedTenant], None]] = {"happo": _happo, "jobhax": _jobhax}
