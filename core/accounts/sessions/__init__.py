"""Sessions of a tenant's users in its console, and their second factors. Operators have Django's sessions instead."""
