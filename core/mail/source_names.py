"""What job applications call a mail source."""

from core.jobsearch.limits import MAX_SOURCE_CHARACTERS
from core.plugins import installed_plugins


def source_label(name: str) -> str:
    """Return what people call the board (`Hired.com`); the name of the source where it doesn't say so."""
    source = installed_plugins().mail_source(name)
    label = getattr(source, "label", None)
    return label[:MAX_SOURCE_CHARACTERS] if isinstance(label, str) and label.strip() else name
