"""The golden scripts: the requests of each, and where its replies are checked in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from api_v1.apis import APIS
from api_v1.documentation.frozen import document_of, frozen_document
from api_v1.versioning.versioned_api import VersionedApi, build_versioned_apis
from api_v1.versions import OLDEST, TIMELINE
from tenants.provisioning.lifecycle import CreatedTenant
from tests.api_v1.golden import (
    happo_refusals,
    happo_script,
    jobhax_account,
    jobhax_refusals,
    jobhax_script,
)
from tests.api_v1.golden.contract import Contract
from tests.api_v1.golden.operator_side import OperatorSide
from tests.api_v1.golden.transcript import Transcript

FOLDER = Path(__file__).parent
VERSIONED_APIS: Mapping[str, Mapping[str, VersionedApi]] = {
    api.name: build_versioned_apis(api, TIMELINE) for api in APIS
}


@dataclass(frozen=True)
class Golden:
    """One script: an API in a version. `subject`: its `routes`, each at least once, or its `refusals`."""

    api: str
    version: str
    subject: str = "routes"

    def __str__(self) -> str:
        return "-".join(
            (self.api, *(["refusals"] if self.subject == "refusals" else []), self.version)
        )

    @property
    def file(self) -> Path:
        """Return where it is checked in."""
        return FOLDER / f"{self}.txt"

    @property
    def versioned_api(self) -> VersionedApi:
        """Return the API in that version."""
        return VERSIONED_APIS[self.api][self.version]

    def contract(self) -> Contract:
        """Return the document that validates its replies: the frozen one, if there is one."""
        if self.version == OLDEST:
            return Contract(frozen_document(self.versioned_api.api, self.version))
        return Contract(document_of(self.versioned_api))

    def transcript(self, tenant: CreatedTenant) -> Transcript:
        """Return an empty transcript of the tenant's owner."""
        return Transcript(self.versioned_api, tenant.api_key, self.contract().check)

    def run(self, tenant: CreatedTenant) -> Transcript:
        """Run the script with a tenant in which nothing has happened yet."""
        to = self.transcript(tenant)
        _SCRIPTS[self.api, self.subject](to, OperatorSide(tenant))
        return to


ROUTES = [Golden(api, version) for api in VERSIONED_APIS for version in TIMELINE.names]
REFUSALS = [Golden(script.api, script.version, "refusals") for script in ROUTES]


def _happo(to: Transcript, operator: OperatorSide) -> None:
    happo_script.run_script(to, operator.key())


def _jobhax(to: Transcript, operator: OperatorSide) -> None:
    jobhax_script.run_script(
        to,
        jobhax_script.OAuthClient(operator.tenant.client_id, operator.tenant.client_secret),
        receive_mail=lambda: operator.receive_mail("jane@mail.test"),
    )
    if to.versioned_api.name != OLDEST:
        jobhax_account.run_script(to, operator)


_SCRIPTS: Mapping[tuple[str, str], Callable[[Transcript, OperatorSide], None]] = {
    ("happo", "routes"): _happo,
    ("happo", "refusals"): happo_refusals.run_script,
    ("jobhax", "routes"): _jobhax,
    ("jobhax", "refusals"): jobhax_refusals.run_script,
}
