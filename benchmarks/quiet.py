"""The product without the log lines of requests, to measure what those cost."""

import logging

from config.wsgi import application

logging.getLogger("happo.requests").disabled = True

__all__ = ["application"]
