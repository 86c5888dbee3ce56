"""Connections to other servers: implements the ports `core.http`, `core.connecting` and `core.dns`."""
