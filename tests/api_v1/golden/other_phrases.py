"""A plugin of pytest (`-p`) that gives `http.HTTPStatus` the phrases of a Python that doesn't exist.

pytest loads it before Django, which copies the phrases when it is imported.
"""

from http import HTTPStatus

for status in HTTPStatus:
    status.phrase = f"Phrase of {status.value} in another Python"  # type: ignore[misc]
