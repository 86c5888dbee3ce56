"""The lifecycle of tenants and their schemas. Everything here needs `owner_connection`."""
