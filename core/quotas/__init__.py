"""Quotas of a tenant: what it may have of each thing that costs the installation room or work."""
