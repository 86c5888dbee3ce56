"""Quotas of tenants: the functions that count and refuse, and the limits that operators set."""
