"""`manage.py status`: the statuses of a tenant's job applications."""

from argparse import ArgumentParser, Namespace, _SubParsersAction

from tenants.management.base import OperatorCommand, Report, add_verb, table
from tenants.operators.statuses import add_status_to, statuses_of
from tenants.registry import require_tenant


class Command(OperatorCommand):
    help = "List the statuses that a tenant's job applications may have; add more."

    def add_verbs(self, verbs: "_SubParsersAction[ArgumentParser]") -> None:
        add = add_verb(verbs, "add", self.add, help="add a status after the existing ones")
        add.add_argument("value", help="the text that clients show, e.g. Interviewing")
        listing = add_verb(verbs, "list", self.list, help="list the statuses and their ids")
        for verb in (add, listing):
            verb.add_argument("--tenant", required=True, metavar="SLUG")

    def add(self, given: Namespace) -> Report:
        tenant = require_tenant(given.tenant)
        status = add_status_to(tenant, given.value)
        return Report(
            {"id": status.id, "value": status.value},
            f"{tenant.slug} has the status {status.value} with the id {status.id}.",
        )

    def list(self, given: Namespace) -> Report:
        statuses = statuses_of(require_tenant(given.tenant))
        rows = [(status.id, status.value) for status in statuses]
        return Report(
            {"statuses": [{"id": status.id, "value": status.value} for status in statuses]},
            table(("id", "status"), rows),
        )
