"""Adapts django-oauth-toolkit's storage of tokens to models without the columns that Happo doesn't need."""

from datetime import datetime
from uuid import uuid4

from oauth2_provider.models import set_token_value
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauthlib.common import Request

from core.accounts.oauth.models import AccessToken, RefreshToken


class TokenStore(OAuth2Validator):
    """Saves, rotates and revokes tokens. `core.accounts.oauth.tokens` decides who gets one."""

    def _check_and_set_request_resource(self, request: Request) -> None:
        # RFC 8707 (resource indicators) isn't supported.
        return

    def _create_access_token(
        self,
        expires: datetime,
        request: Request,
        token: dict[str, str],
        source_refresh_token: RefreshToken | None = None,
    ) -> AccessToken:
        access_token = AccessToken(
            user=request.user,
            application=request.client,
            scope=token["scope"],
            expires=expires,
            source_refresh_token=source_refresh_token,
        )
        set_token_value(access_token, token["access_token"])
        access_token.save(force_insert=True)
        return access_token

    def _create_refresh_token(
        self,
        request: Request,
        code: str,
        access_token: AccessToken,
        previous_refresh_token: RefreshToken | None,
    ) -> RefreshToken:
        refresh_token = RefreshToken(
            user=request.user,
            application=request.client,
            access_token=access_token,
            access_checksum=access_token.token_checksum,
            token_family=previous_refresh_token.token_family if previous_refresh_token else uuid4(),
        )
        set_token_value(refresh_token, code)
        refresh_token.save(force_insert=True)
        return refresh_token
