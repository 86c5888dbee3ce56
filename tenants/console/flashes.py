"""Where the texts that the next page shows wait: in a cookie of one host, as sessions' cookies are."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage
from django.http import HttpRequest


class HostCookieStorage(CookieStorage):
    """Django's storage in a cookie, under a name that no other host may set (RFC 6265bis, section 4.1.3.2)."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.cookie_name = "__Host-happo-messages" if settings.HTTPS else "happo-messages"


class FlashStorage(FallbackStorage):
    """In the cookie; what is too long for it in an operator's session."""

    storage_classes = (HostCookieStorage, SessionStorage)
