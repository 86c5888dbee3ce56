"""The form in which the names that people log in with are compared: user names and e-mail addresses."""

from unicodedata import normalize


def normalize_login_name(name: str) -> str:
    """Return the name in lower case and NFKC: names that look the same, such as one in full-width letters, are one."""
    return normalize("NFKC", name).strip().lower()
