"""Migrations made on the fly: the real ones of an application, and what a test adds to them."""

import importlib
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.test import override_settings

from config.health import _known_migrations
from tenants.schema_head import tenant_head

_FILE = """
from django.db import migrations, models
{code}

class Migration(migrations.Migration):
    dependencies = [("{label}", "{before}")]
    atomic = {atomic}
    operations = [{operations}]
"""


class MigrationFiles:
    """The folder of an application's migrations, for one test."""

    def __init__(self, folder: Path, *, label: str) -> None:
        self.folder, self.label = folder, label

    def add(self, name: str, *operations: str, code: str = "", atomic: bool = True) -> None:
        """Add a migration after the last one; from now on it belongs to the newest schema."""
        before = max(path.stem for path in self.folder.glob("0*.py"))
        text = _FILE.format(
            code=code,
            label=self.label,
            before=before,
            atomic=atomic,
            operations=", ".join(operations),
        )
        (self.folder / f"{name}.py").write_text(text)
        importlib.invalidate_caches()
        _forget_migrations()

    def remove(self, name: str) -> None:
        """Take a migration away again."""
        (self.folder / f"{name}.py").unlink()
        sys.modules.pop(f"{self.folder.name}.{name}", None)
        importlib.invalidate_caches()
        _forget_migrations()


def _forget_migrations() -> None:
    """Forget which migrations there are, also for the tests that come after."""
    tenant_head.cache_clear()
    _known_migrations.cache_clear()


@contextmanager
def migration_files(tmp_path: Path, *, label: str) -> Iterator[MigrationFiles]:
    """Let an application's migrations come from a copy of its folder, which may be added to."""
    package = f"migrations_of_{tmp_path.name}"
    folder = tmp_path / package
    shutil.copytree(Path(apps.get_app_config(label).path) / "migrations", folder)
    sys.path.insert(0, str(tmp_path))
    importlib.invalidate_caches()
    try:
        with override_settings(MIGRATION_MODULES={**settings.MIGRATION_MODULES, label: package}):
            _forget_migrations()
            yield MigrationFiles(folder, label=label)
    finally:
        sys.path.remove(str(tmp_path))
        for module in [name for name in sys.modules if name.partition(".")[0] == package]:
            del sys.modules[module]
        _forget_migrations()
