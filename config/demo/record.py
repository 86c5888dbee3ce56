"""`demo.json`: the demo tenant and its credentials, which `make run` prints at every start."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

DEMO_SLUG = "demo"


@dataclass(frozen=True, slots=True)
class Demo:
    """The demo tenant; it has no credentials while its state is `being made`.

    `database` is PostgreSQL's `system_identifier` of the cluster that holds it: in another cluster it doesn't exist.
    """

    state: Literal["being made", "made"]
    database: str
    slug: str = DEMO_SLUG
    host: str = ""
    api_key: str = ""
    client_id: str = ""
    client_secret: str = ""
    owner_email: str = ""
    owner_id: str = ""
    owner_password: str = ""
    # A job seeker, whose applications come from the mail in `mail.mbox`.
    seeker_email: str = ""
    seeker_password: str = ""


def read_demo(data_dir: Path) -> Demo | None:
    """Return the recorded demo tenant, or None when there is no record or it can't be read."""
    try:
        return Demo(**json.loads(_path(data_dir).read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def write_demo(data_dir: Path, demo: Demo) -> None:
    """Write `demo` atomically and durably, readable only by the owner of the data directory."""
    draft = _path(data_dir).with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(asdict(demo), file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(_path(data_dir))


def demo_slug(data_dir: Path) -> str:
    """Return the slug of the demo tenant that `make run` created, or an empty string."""
    demo = read_demo(data_dir)
    return demo.slug if demo is not None and demo.state == "made" else ""


def _path(data_dir: Path) -> Path:
    return data_dir / "demo.json"
