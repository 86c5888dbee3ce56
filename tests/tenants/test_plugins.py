"""What a tenant's mail does to a source stays in the tenant."""

from providers.interpretation import AskSource, ask_one
from tenants.context import TenantRef, tenant_scope
from tenants.plugins import ask_for_owner_in_tenant


def test_users_with_one_key_in_two_tenants_are_two_owners(
    acme: TenantRef, globex: TenantRef
) -> None:
    owners = []

    def ask_for(owner: str) -> AskSource:
        owners.append(owner)
        return ask_one

    ask = ask_for_owner_in_tenant(ask_for)
    for tenant, user in ((acme, "5"), (globex, "5"), (acme, "5"), (acme, "6")):
        with tenant_scope(tenant):
            assert ask(user) is ask_one
    in_acme, in_globex, in_acme_again, of_another = owners
    assert in_acme == in_acme_again
    assert len({in_acme, in_globex, of_another}) == 3
