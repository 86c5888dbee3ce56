"""The Content-Security-Policy of all pages: nothing from another host, no inline script or style, in no frame."""

from typing import Final


def write_policy(*, has_scripts: bool = True, images: str = "'self'", forms: str = "'self'") -> str:
    """Return the value of the header. `images`, `forms`: what images come from, and where forms lead to."""
    scripts = ("script-src 'self'", "connect-src 'self'") if has_scripts else ()
    rules = (
        "default-src 'none'",
        "style-src 'self'",
        *scripts,
        f"img-src {images}",
        f"form-action {forms}",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
    return "; ".join(rules)


POLICY: Final = write_policy()
# Of pages whose address has a token, behind links in mail.
WITHOUT_SCRIPTS: Final = write_policy(has_scripts=False)
