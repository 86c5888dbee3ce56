"""The contracts of plugins: protocols, values, errors, hooks, registry. The plugins that we ship are in `plugins`.

This package imports the standard library, pydantic and pluggy; the kit also imports time-machine, and
`providers.oauth.social_auth` alone
social-auth-core and requests.
"""
