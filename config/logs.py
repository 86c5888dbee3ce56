"""Log lines: one line of text or one JSON object each, without secrets and without what people wrote.

Records of this project are printed whole. Of other libraries' records only the template is printed, since their
arguments may be paths, addresses or values of requests. Of an exception the type and the stack are printed; of its text
only what PostgreSQL says about its own objects, since any other text may quote the value that was wrong. While
debugging, all other texts are printed too, but rows are not.
"""

import logging
import re
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache
from types import TracebackType
from typing import Any, Final, Literal

import orjson
import psycopg

from core.trace import current_trace

LogFormat = Literal["json", "text"]
# The first is the default.
LOG_FORMATS: Final[tuple[LogFormat, ...]] = ("text", "json")
# The facts of a record that are printed, in this order.
FACTS: Final = (
    "request_id",
    "tenant",
    "credential_id",
    "method",
    "route",
    "version",
    "status",
    "ms",
    "database_ms",
    "backend_pid",
    "sqlstate",
    "failure",
    "job_id",
    "task",
)
_UNKNOWN: Final = (None, "")
_OWN: Final = ("happo", "config", "api_v1", "tenants", "core", "providers", "plugins", "benchmarks")
_PLACEHOLDER: Final = re.compile(r"%(?:\(\w+\))?[-#0 +]*\d*(?:\.\d+)?[a-zA-Z]")
_ADDRESS: Final = re.compile(r"\S+@\S+|\S{40,}|/\S*[?=]\S*")
# SQLSTATE classes whose messages may quote values: data exceptions, and what a function raised itself.
_QUOTING_CLASSES: Final = ("22", "P0")


def write_line(
    kind: LogFormat,
    *,
    logger: str,
    message: str,
    facts: dict[str, Any],  # Any: texts and numbers
) -> None:
    """Write a line of level INFO to standard error, without `logging`, which costs six times as much.

    `facts` are in the order of `FACTS`. What can't be written is lost, as with `logging`.
    """
    line = _line_of(
        kind,
        time=_time_of(time.time()),
        level="INFO",
        logger=logger,
        message=message,
        facts={name: value for name, value in facts.items() if value not in _UNKNOWN},
    )
    with suppress(OSError, ValueError):
        sys.stderr.write(f"{line}\n")


class LineFormatter(logging.Formatter):
    """Formats a record as `key=value` text, or as JSON."""

    def __init__(self, *, kind: LogFormat, shows_texts: bool) -> None:
        super().__init__()
        self._kind = kind
        self._shows_texts = shows_texts

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; a stack follows on further lines of text, or is a field of the object."""
        return _line_of(
            self._kind,
            time=_time_of(record.created),
            level=record.levelname,
            logger=record.name,
            message=self._message(record),
            facts=_facts(record),
            stack="".join(self._stack(record.exc_info)) if record.exc_info else "",
        )

    def _message(self, record: logging.LogRecord) -> str:
        if self._shows_texts or record.name.partition(".")[0] in _OWN:
            text = record.getMessage()
        else:
            text = _PLACEHOLDER.sub("...", str(record.msg)) if record.args else str(record.msg)
            # Composed text of another library: one line of it, without addresses and long tokens.
            text = _ADDRESS.sub("...", text.partition("\n")[0])
        # One record is one line, whatever a client has sent.
        return text.replace("\r", "\\r").replace("\n", "\\n")

    def _stack(self, info: Any) -> Iterator[str]:  # Any: what `logging` keeps in a record
        error = info[1] if isinstance(info, tuple) else None
        if error is None:
            return
        if self._shows_texts and not _quotes_rows(error):
            yield from traceback.format_exception(error)
            return
        yield from describe_stack(error)


def _line_of(
    kind: LogFormat,
    *,
    time: str,
    level: str,
    logger: str,
    message: str,
    facts: dict[str, Any],  # Any: texts and numbers
    stack: str = "",
) -> str:
    if kind == "json":
        head = {"time": time, "level": level, "logger": logger, "message": message}
        line = head | facts | ({"stack": stack} if stack else {})
        return orjson.dumps(line, default=str).decode()
    pairs = "".join([f" {name}={value}" for name, value in facts.items()])
    line_of_text = f"{time} {level} {logger} {message}{pairs}"
    return f"{line_of_text}\n{stack.rstrip()}" if stack else line_of_text


def _time_of(seconds: float) -> str:
    """Return `2026-11-26T19:12:34.567+00:00`."""
    return f"{_second_of(int(seconds))}.{int(seconds % 1 * 1000):03d}+00:00"


@lru_cache(maxsize=4)
def _second_of(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def describe_stack(error: BaseException) -> Iterator[str]:
    """Yield the lines of a traceback with its causes, each exception by `describe_exception`."""
    chain: list[BaseException] = []
    one: BaseException | None = error
    while one is not None and one not in chain:
        chain.append(one)
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    for number, found in enumerate(reversed(chain)):
        if number:
            yield "\nwhich led to:\n\n"
        yield "Traceback (most recent call last):\n"
        yield from traceback.format_list(traceback.extract_tb(found.__traceback__))
        yield f"{describe_exception(found)}\n"
        for inner in found.exceptions if isinstance(found, BaseExceptionGroup) else ():
            yield from describe_stack(inner)


def _quotes_rows(error: BaseException) -> bool:
    """Return whether an exception, or one that led to it, is the database's: its text may hold a row."""
    inner = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    before = (error.__cause__, error.__context__, *inner)
    return isinstance(error, psycopg.Error) or any(
        _quotes_rows(one) for one in before if one is not None
    )


def describe_exception(error: BaseException) -> str:
    """Return the type of an exception, and of a database's error the SQLSTATE with the objects that it names."""
    name = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    if not isinstance(error, psycopg.Error) or not error.sqlstate:
        return name
    told = error.diag
    objects = (told.schema_name, told.table_name, told.column_name, told.constraint_name)
    text = "" if error.sqlstate.startswith(_QUOTING_CLASSES) else told.message_primary or ""
    return " ".join(filter(None, (f"{name}:", error.sqlstate, text, *objects)))


def _facts(record: logging.LogRecord) -> dict[str, Any]:  # Any: texts and numbers
    known = record.__dict__
    facts = {name: known[name] for name in FACTS if known.get(name) not in _UNKNOWN}
    trace = current_trace()
    if trace is not None:
        facts.setdefault("request_id", trace.request_id)
        if trace.tenant:
            facts.setdefault("tenant", trace.tenant)
    return facts


class _JobOutcomes(logging.Filter):
    """Drops the records of procrastinate about single jobs: they show arguments, and `tenants.jobs` logs its own."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not (record.levelno <= logging.ERROR and hasattr(record, "job"))


def logging_settings(kind: LogFormat, *, debug: bool) -> dict[str, Any]:  # Any: Django's LOGGING
    """Return Django's LOGGING. `debug`: print texts of exceptions and arguments of other libraries too."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": LineFormatter, "kind": kind, "shows_texts": debug}},
        "filters": {"jobs": {"()": _JobOutcomes}},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["jobs"]}
        },
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            # Django's own handlers would print what this one leaves out. Each request has a line of its own.
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            "django.server": {"handlers": [], "propagate": True},
            "django.request": {"level": "ERROR"},
            # These two log at every start that there are tasks, and that none of them is periodic.
            "procrastinate.blueprints": {"level": "WARNING"},
            "procrastinate.periodic": {"level": "WARNING"},
            "procrastinate.worker": {"level": "WARNING"},
            # aiosmtpd's, which prints what clients send: addresses of people, and bytes that are no text.
            "mail.log": {"level": "CRITICAL"},
        },
    }


def log_uncaught_exceptions() -> None:
    """Log what ends this process or a thread of it, instead of printing texts that may hold personal data."""
    log = logging.getLogger("happo.crash")

    def log_process(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        log.critical("The process ends with an error", exc_info=(kind, error, trace))

    def log_thread(ended: threading.ExceptHookArgs) -> None:
        if ended.exc_value is not None:
            log.critical("A thread has ended with an error", exc_info=ended.exc_value)

    sys.excepthook, threading.excepthook = log_process, log_thread
    # Python prints warnings without time and format otherwise.
    logging.captureWarnings(True)
