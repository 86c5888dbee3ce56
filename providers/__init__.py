"""The contracts of plugins: protocols, values, errors, hooks, registry. The plugins that we ship are in `plugins`.

This package imports the standard library, pydantic and pluggy; `providers.oauth.social_auth` alone also imports
social-auth-core and requests.
"""
