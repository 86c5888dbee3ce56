"""The WSGI application that the server imports."""

import os
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.core.wsgi import get_wsgi_application
from django.utils.http import parse_header_parameters

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


class Request(WSGIRequest):
    """A request whose Content-Type may say anything.

    Django makes its requests outside of all that turns an error into an answer, and looks for the charset among
    Python's codecs, some of which decode nothing. Here a type that can't be read is none, and text is UTF-8.
    """

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:  # Any: a WSGI environment
        try:
            self.content_type, self.content_params = parse_header_parameters(meta.get("CONTENT_TYPE", ""))
        except ValueError:
            self.content_type, self.content_params = "", {}


application = get_wsgi_application()
application.request_class = Request
