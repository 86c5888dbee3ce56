"""Where tests keep databases: in memory, where the machine has room.

Tests make and drop databases and tenants, a hundred files each. ext4 gives the number of a deleted file to no other for
minutes, and looks through all such numbers for each new file: this took half of PostgreSQL's time.
"""

import shutil
import tempfile
from pathlib import Path
from typing import Final

_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - below it each test makes a folder of its own
# Bytes. The data of a server are less than a gigabyte, most of it PostgreSQL's log of changes.
_ROOM: Final = 6 << 30


def has_room() -> bool:
    """Return whether there is a file system in memory that has room for the databases of some tests."""
    return _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free >= _ROOM


def made_folder() -> Path:
    """Make a folder for a database, in memory if there is room; the caller removes it.

    For root a server runs as another account, which may not enter pytest's own directories.
    """
    folder = Path(tempfile.mkdtemp(prefix="happo-test-", dir=_MEMORY if has_room() else None))
    folder.chmod(0o711)
    return folder
