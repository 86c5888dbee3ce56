"""QR codes that a page shows inline, as an image of vectors without a style of its own."""

import segno
from django.utils.safestring import SafeString, mark_safe


def draw_qr_code(text: str) -> SafeString:
    """Return the SVG of a QR code for our own `text`, which the library draws as a path and doesn't repeat."""
    drawn = segno.make(text, error="m").svg_inline(omitsize=True, svgclass=None, lineclass=None)
    return mark_safe(drawn)  # noqa: S308
