"""The contracts of plugins: protocols, values, errors, hooks, registry. The plugins that we ship are in `plugins`.

Plugin authors install this package as `happo-plugin-kit`; `__version__` is the version of the contracts. It imports the
standard library, pydantic, pluggy and packaging; the kit also time-machine, and `providers.oauth.social_auth` alone
social-auth-core and requests.
"""

__version__ = "1.2.0"
