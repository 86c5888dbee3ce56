"""The Happo API's credential: an API key as a bearer token."""

from typing import Final

from api_v1.bearer import BearerAuthentication
from core.accounts.queries import authenticate_api_key
from tenants.credentials import slug_of_key

api_keys: Final = BearerAuthentication(slug_of=slug_of_key, caller_of=authenticate_api_key)
authenticate: Final = api_keys.authenticate
