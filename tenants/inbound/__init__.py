"""Incoming mail of all tenants: from an address to its tenant, and the server that speaks LMTP and SMTP."""
