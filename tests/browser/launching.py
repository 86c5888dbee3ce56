"""Debian's Chromium, driven by Playwright. Playwright's own is not downloaded."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from django.db import connections
from playwright.sync_api import Browser, sync_playwright


@contextmanager
def launched_chromium(program: str) -> Iterator[Browser]:
    """Run the browser until the block ends."""
    # Playwright runs an event loop in this thread, in which Django would refuse to ask the database.
    with patch.dict(os.environ, {"DJANGO_ALLOW_ASYNC_UNSAFE": "true"}), sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-background-networking"]
        )
        yield browser
        browser.close()
        # Beside Playwright's event loop this thread has connections that it can't find later.
        connections.close_all()
