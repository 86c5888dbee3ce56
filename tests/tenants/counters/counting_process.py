"""A process that counts requests as a web process does: python -m tests.tenants.counters.counting_process.

Each line on standard input is a number of requests of the tenant in `TENANT` to count; the answer is a line. It writes
every `SECONDS` seconds, and stops at the end of the input.
"""

import os
import sys

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from tenants.counters import counting

    counting.FLUSH_SECONDS = float(os.environ["SECONDS"])  # type: ignore[misc]
    counting.write_counters_forever()
    print("ready", flush=True)
    for line in sys.stdin:
        for _ in range(int(line)):
            counting.COUNTERS.count(os.environ["TENANT"], status=200)
        print("counted", flush=True)
