"""`make bench`: one run, every figure, the table on standard output and in `docs/benchmarks.md`."""

import os
import sys

import django


def main() -> int:
    """Run all works; return 1 when one of them missed its figure."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from benchmarks import happo, life, writes
    from benchmarks.stage import stage
    from benchmarks.table import PAGE, Row, page

    works = (happo.lists, happo.key_check, happo.one_candidate, writes.bulk, writes.far_page, life.create, life.migrate, life.memory)
    rows: list[Row] = []
    with stage() as standing:
        for work in works:
            for row in work(standing):
                print(row.line(), flush=True)
                rows.append(row)
    PAGE.write_text(page(rows))
    return 0 if all(row.reached for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
