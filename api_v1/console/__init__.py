"""The console of a tenant, on the tenant's host: `/admin/` for owner and staff, `/app/` for every user, and signing in.

Each request runs in the scope of the host's tenant, with the role that PostgreSQL gives that tenant alone. Operators
have another console (`tenants.operators.console`), on the installation's hosts.
"""
