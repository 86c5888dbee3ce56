"""The baseline: the routes as the documentation of django-tenants, Django and django-ninja shows them.

`TenantMainMiddleware`, `TenantMixin` with its migrating create, the ORM with `select_related` and `prefetch_related`,
`ninja.Schema` responses, an `HttpBearer` that looks the key up. Nothing in it is slow on purpose.
"""
