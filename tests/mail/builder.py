"""The writer of synthetic mail, which travels with the kit of plugin authors."""

from __future__ import annotations

from providers.conformance.mail_writer import (
    SHAPES,
    WHOLE_SHAPES,
    WRAPPINGS,
    Mail,
    Wrapping,
    build_mail,
    write_mail,
)

__all__ = ["SHAPES", "WHOLE_SHAPES", "WRAPPINGS", "Mail", "Wrapping", "build_mail", "write_mail"]
