"""The statements of the raw limit: the product's, with the check of the credential joined to them."""

from typing import Final

from api_v1.happo.shapes import POSITION_V20180701
from api_v1.jobhax.columns import JOBAPP
from core.jobsearch.queries import select_all_applications
from core.recruiting.queries.positions import list_statement

API_KEY: Final = """
    SELECT u.id, u.uuid FROM accounts_apikey k JOIN accounts_user u ON u.id = k.user_id
     WHERE k.secret_hash = %(key)s AND k.revoked_at IS NULL
       AND (k.expires_at IS NULL OR k.expires_at > now())
       AND u.is_active
"""


def for_caller(statement: str, *, check: str, user: str = "caller.uuid") -> str:
    """Return `statement` (parameter `user`, one column of text) for the user of the credential `key`."""
    answer = statement.replace("%(user)s", user)
    # Both parts are constants in the product's code.
    return (
        f"WITH caller AS MATERIALIZED ({check})"  # noqa: S608
        f" SELECT answer.body FROM caller, LATERAL ({answer}) AS answer (body)"
    )


HAPPO: Final = {
    "/v1/me": for_caller("SELECT 'null'", check=API_KEY),
    "/v1/positions": for_caller(list_statement(POSITION_V20180701).select_small(), check=API_KEY),
}

ACCESS_TOKEN: Final = """
    SELECT u.id, u.uuid FROM oauth_accesstoken t JOIN oauth_client c ON c.id = t.application_id
      JOIN accounts_user u ON u.id = t.user_id
     WHERE t.token_checksum = encode(%(key)s, 'hex') AND t.expires > now() AND u.is_active
"""
_JOBAPPS: Final = select_all_applications(JOBAPP).select_small()
JOBHAX: Final = {
    "/api/jobapps/update_jobapp": for_caller("SELECT 'null'", check=ACCESS_TOKEN),
    "/api/jobapps/get_jobapps": for_caller(_JOBAPPS, check=ACCESS_TOKEN, user="caller.id"),
}
