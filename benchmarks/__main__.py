"""`make bench`: measure everything in one run; print the table and write it to `docs/benchmarks.md`.

`make bench ARGS="lists login"` runs only these benchmarks and doesn't write the page.
"""

import os
import sys

import django


def main() -> int:
    """Run the benchmarks; return 1 if one of them missed its target."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from benchmarks import (
        console_pages,
        gmail,
        happo,
        inbound,
        jobhax,
        life,
        mail,
        mailboxes,
        matching,
        onboarding,
        start,
        writes,
    )
    from benchmarks.stage import stage
    from benchmarks.table import PAGE, Row, page

    works = (
        happo.lists,
        happo.key_check,
        happo.request_log,
        happo.one_candidate,
        jobhax.routes,
        jobhax.bearer_check,
        jobhax.login,
        writes.bulk,
        writes.far_page,
        life.create,
        onboarding.onboarding,
        start.start,
        mail.long_mail,
        mail.mbox,
        mail.mail_import,
        mail.bombs,
        mail.poison,
        matching.matching,
        gmail.gmail,
        mailboxes.mailbox_schedule,
        mailboxes.poisoned_tenant,
        inbound.inbound,
        console_pages.console_pages,
        # They leave more than a thousand tenants behind, whose periodic work would keep a worker busy.
        life.migrate,
        life.memory,
    )
    if chosen := sys.argv[1:]:
        works = tuple(work for work in works if work.__name__ in chosen)
    rows: list[Row] = []
    with stage() as prepared:
        for work in works:
            for row in work(prepared):
                print(row.line(), flush=True)
                rows.append(row)
        if not chosen:
            PAGE.write_text(page(rows))
    return 0 if all(row.reached for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
