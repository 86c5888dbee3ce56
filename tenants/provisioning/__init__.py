"""The lifecycle of tenants and their schemas. Everything here needs the connection of the owner role."""
