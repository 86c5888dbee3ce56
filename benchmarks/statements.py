"""The statements of the raw limit: the product's own, with the check of the credential joined to them."""

from typing import Final

from core.recruiting import queries

API_KEY: Final = """
    SELECT u.id, u.uuid FROM accounts_apikey k JOIN accounts_user u ON u.id = k.user_id
     WHERE k.secret_hash = %(key)s AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())
       AND u.is_active
"""


def for_caller(statement: str, *, check: str, user: str = "caller.uuid") -> str:
    """Return `statement` (parameter `user`, one column of text) for whoever the credential `key` belongs to."""
    answer = statement.replace("%(user)s", user)
    return f"WITH caller AS MATERIALIZED ({check}) SELECT answer.body FROM caller, LATERAL ({answer}) AS answer (body)"


HAPPO: Final = {
    "/v1/me": for_caller("SELECT 'null'", check=API_KEY),
    "/v1/positions": for_caller(queries._LIST_POSITIONS, check=API_KEY),
}
