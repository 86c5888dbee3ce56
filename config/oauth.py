"""The settings of django-oauth-toolkit: how long tokens are good, and which flows of OAuth there are."""

from typing import Any, Final

from core.accounts.values import BOTH_SCOPES

TOOLKIT: Final[dict[str, Any]] = {  # Any: values differ in type
    "SCOPES": {scope: scope.capitalize() for scope in BOTH_SCOPES},
    "ACCESS_TOKEN_EXPIRE_SECONDS": 36_000,
    # Counted from the end of the access token issued with it.
    "REFRESH_TOKEN_EXPIRE_SECONDS": 90 * 24 * 3600,
    "ROTATE_REFRESH_TOKEN": True,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    # Within a grace period a repeated refresh would return empty tokens, as only hashes are stored.
    "REFRESH_TOKEN_GRACE_PERIOD_SECONDS": 0,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "COMPLIANT_BCP_RFC9700_REFRESH_TOKEN": True,
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_SCHEME": True,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
}
