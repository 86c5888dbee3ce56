"""The audit logs: one of the installation in `public`, one of each tenant in its schema, each sealed in a chain."""
