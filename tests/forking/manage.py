#!/usr/bin/env -S python3 -IS
"""A `manage.py` for shell scripts of tests: a fork runs the checkout's, and this process ends as the fork does.

It inherits the template's socket, whose number is in TEMPLATE_SOCKET. It imports little, since scripts start it often.
"""

import json
import os
import socket
import sys


def main() -> None:
    """Have the command run, with the standard files of this process; exit with its status."""
    checkout = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
    template = socket.socket(fileno=int(os.environ["TEMPLATE_SOCKET"]))
    reports, theirs = socket.socketpair()
    request = {
        "command": [os.path.join(checkout, "manage.py"), *sys.argv[1:]],
        "environment": dict(os.environ),
        "folder": os.getcwd(),
        "leads_session": False,
    }
    socket.send_fds(template, [json.dumps(request).encode()], [theirs.fileno(), 0, 1, 2])
    theirs.close()
    with reports.makefile() as lines:
        _, status = map(int, lines)
    # As a shell says that a signal has ended it.
    sys.exit(status if status >= 0 else 128 - status)


if __name__ == "__main__":
    main()
