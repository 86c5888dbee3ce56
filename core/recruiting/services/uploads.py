"""Files on their way in, and what interrupted uploads leave behind.

Happo: "Uploading Attachment", at most 5 MB. The file is written first, its row second: nothing that a client can see
ever lacks its bytes. A crash between the two leaves a file that no row knows; `remove_orphans` finds it later.
"""

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol
from uuid import UUID

from django.core.files import File
from django.db import InterfaceError, OperationalError

from core.accounts.values import Caller
from core.errors import Invalid, ProviderDown, TooLarge
from core.ids import new_uuid
from core.recruiting.file_names import shown_file_name
from core.recruiting.models import Attachment

MAX_BYTES: Final = 5 * 1024 * 1024
# No upload takes this long: its request would have ended, and its row would be there.
ORPHAN_AGE: Final = timedelta(hours=1)
UNKNOWN_TYPE: Final = "application/octet-stream"
_CONTENT_TYPE: Final = re.compile(r"[\w.+-]{1,120}/[\w.+-]{1,120}", re.ASCII)
_LOOKED_UP_AT_ONCE: Final = 1000


class FileStore(Protocol):
    """Stores one file for each attachment, under the attachment's id; implemented by `tenants.files.tenant_files`.

    Every method raises `ProviderDown("storage")` when the storage doesn't answer.
    """

    def write(self, id: UUID, content: File) -> None:
        """Keep the whole of `content` durably, or nothing of it."""

    def delete(self, ids: Iterable[UUID]) -> None:
        """Delete files; one that is gone already is fine."""

    def ids(self) -> list[UUID]:
        """Return the ids of all files there are."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as a client sent it. Neither its name nor its content type is to be trusted."""

    file_name: str
    content_type: str
    content: File
    size: int


def upload_attachment(caller: Caller, upload: Upload, *, files: FileStore) -> Attachment:
    """Store a file that belongs to nothing yet; it is complete, or not there at all.

    Raises `TooLarge` above 5 MB, `Invalid` for an empty file, `ProviderDown` where the storage doesn't answer.
    """
    if upload.size > MAX_BYTES:
        raise TooLarge(MAX_BYTES)
    if upload.size == 0:
        raise Invalid.one("attachment", "empty_file")
    attachment = Attachment(
        id=new_uuid(),
        file_name=shown_file_name(upload.file_name),
        content_type=_plain_type(upload.content_type),
        size=upload.size,
        created_by_id=caller.user_uuid,
    )
    files.write(attachment.id, upload.content)
    _insert(attachment, files)
    return attachment


def _insert(attachment: Attachment, files: FileStore) -> None:
    try:
        attachment.save(force_insert=True)
    except (OperationalError, InterfaceError):
        # Nobody knows whether the row is there, so its file has to stay; if not, it is an orphan.
        raise
    except BaseException:
        with suppress(ProviderDown):
            files.delete([attachment.id])
        raise


def remove_orphans(files: FileStore) -> int:
    """Delete the files that no row knows, and return how many; safe while others upload."""
    # The files first: whatever is uploaded from here on isn't looked at.
    candidates = [id for id in files.ids() if _is_old(id)]
    orphans: list[UUID] = []
    for start in range(0, len(candidates), _LOOKED_UP_AT_ONCE):
        some = candidates[start : start + _LOOKED_UP_AT_ONCE]
        known = set(Attachment.objects.filter(id__in=some).values_list("id", flat=True))
        orphans += [id for id in some if id not in known]
    files.delete(orphans)
    return len(orphans)


def _is_old(id: UUID) -> bool:
    # A UUID of version 7 begins with the milliseconds of its making, which is when the upload began.
    return (
        id.version == 7
        and datetime.fromtimestamp((id.int >> 80) / 1000, UTC) < datetime.now(UTC) - ORPHAN_AGE
    )


def _plain_type(sent: str) -> str:
    kind = sent.partition(";")[0].strip().lower()
    return kind if _CONTENT_TYPE.fullmatch(kind) else UNKNOWN_TYPE
