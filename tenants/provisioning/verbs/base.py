"""What a verb is, and what comes of one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from tenants.provisioning.lifecycle import CreatedTenant, Progress
from tenants.registry import require_tenant

Text = Annotated[str, Field(max_length=300)]
Facts = Mapping[str, str | int | bool | None]


class VerbFailed(Exception):
    """The verb could not be performed; the text is a sentence for the operator."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a verb. `facts` are stored; `secrets` are shown once, on the page that asked."""

    facts: Facts
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


class Verb(BaseModel):
    """The arguments of one verb. `in_transaction`: whether its effect and its outcome are committed together."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: ClassVar[str]
    in_transaction: ClassVar[bool] = True
    # Whether its outcome has secrets, so that the request needs a key to seal them for.
    has_secrets: ClassVar[bool] = False
    # Names of arguments that are encrypted, and removed once the request is finished.
    encrypted: ClassVar[tuple[str, ...]] = ()

    @property
    def subject(self) -> str:
        """The slug of the tenant that it is about; "" for operators."""
        return str(getattr(self, "slug", ""))

    def check(self) -> None:
        """Raise what `perform` would raise now, as far as the application's role can tell."""
        if self.subject:
            require_tenant(self.subject)

    def perform(self, progress: Progress) -> Outcome:
        """Do it. Raises errors of the domain, or `VerbFailed`."""
        raise NotImplementedError


def describe_created(created: CreatedTenant) -> Outcome:
    """Return the outcome of a verb that has made credentials."""
    return Outcome(
        {
            "slug": created.ref.slug,
            "name": created.ref.name,
            "schema": created.ref.schema_name,
            "host": created.host,
            "is_sandbox": created.ref.is_sandbox,
            "client_id": created.client_id,
            "owner_email": created.owner_email,
            "owner_id": str(created.owner_uuid),
        },
        {"api_key": created.api_key, "client_secret": created.client_secret},
    )
