"""The IP address that a request comes from; operators' pages need it too, so that it is in a lower layer."""

from tenants.client_ip import client_ip

__all__ = ["client_ip"]
