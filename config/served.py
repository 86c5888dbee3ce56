"""The application inside a worker of `make run`, which ends when the server that started it does."""

import signal

from config.children import end_with_parent

# A server that stops tells its workers; one that was killed can't, and they would keep the port.
end_with_parent(signal.SIGKILL)

from config.wsgi import application as application  # noqa: E402 - an import may take seconds
