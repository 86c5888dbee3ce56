"""Sealing the audit logs in the background of a worker: no job, since there may be something to seal at any second."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from django.db import close_old_connections

from tenants.audit.sealing import seal_new_entries

log = logging.getLogger("happo.audit")

# Seconds. With nothing to seal, a look is one statement.
LOOK_EVERY: Final = 2.0


async def seal_entries_forever() -> None:
    """Seal new entries of all logs until the task is cancelled. Several workers may do so."""
    # One thread, and so one connection.
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="seal") as thread:
        while True:
            await asyncio.get_running_loop().run_in_executor(thread, _seal)
            await asyncio.sleep(LOOK_EVERY)


def _seal() -> None:
    close_old_connections()
    try:
        seal_new_entries()
    except Exception:
        log.exception("The audit logs could not be sealed; the worker tries again")
    finally:
        close_old_connections()
