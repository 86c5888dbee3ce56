"""For plugins that call OAuth servers: a client for a provider's endpoints, and the types of claims in its responses.

Needs pydantic alone, except for `social_auth`, which needs social-auth-core too and is imported by plugins only.
"""
