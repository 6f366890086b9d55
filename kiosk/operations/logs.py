"""The kiosk's log: one place where lines are formatted, and where secrets are taken out of them.

Redaction is the last step of formatting, so it sees what is written: arguments filled in, tracebacks, and the lines of
libraries that know nothing of it.
"""

import contextlib
import json
import logging
import logging.handlers
import re
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, TextIO

from kiosk.operations.redaction import Redactor

LogFormat = Literal["text", "json"]

_ROTATE_AT = 5_000_000
"""Bytes of one log file. With the old ones kept: 30 MB, some weeks of a busy lobby."""

_KEPT_FILES = 5

_OWN_LOGGER = "kiosk"

_BUILT_IN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
"""The attributes every record has; any other one was given as ``extra``."""

_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\x85\u2028\u2029]")


def configure_logging(
    redactor: Redactor,
    *,
    level: str = "info",
    log_format: LogFormat = "text",
    file: Path | None = None,
    stream: TextIO | None = None,
) -> None:
    """Set the logging root up; call it again to change it.

    Args:
        redactor: takes the secrets out of every line.
        level: ``debug``, ``info``, ``warning`` or ``error``, for the kiosk's own lines. Libraries are heard from
            ``warning`` on, and below that only with ``debug``.
        log_format: ``text`` for people, ``json`` for programs: one object in each line.
        file: also write there; rotated. Its folder is made if need be.
        stream: where lines go; None: stderr.
    """
    own_level = logging.getLevelNamesMapping()[level.upper()]
    formatter = JsonFormatter(redactor) if log_format == "json" else TextFormatter(redactor)
    handlers: list[logging.Handler] = [_StreamHandler(stream or sys.stderr)]
    if file is not None:
        handlers.append(_FileHandler(file))
    root = logging.getLogger()
    for old in [handler for handler in root.handlers if isinstance(handler, _OwnHandler)]:
        root.removeHandler(old)
        with contextlib.suppress(OSError):  # a full disk
            old.close()
    for handler in handlers:
        handler.setFormatter(formatter)
        root.addHandler(handler)
    root.setLevel(own_level if own_level <= logging.DEBUG else max(own_level, logging.WARNING))
    logging.getLogger(_OWN_LOGGER).setLevel(own_level)
    logging.captureWarnings(capture=True)


class _RedactingFormatter(logging.Formatter):
    def __init__(self, redactor: Redactor) -> None:
        super().__init__()
        self._redactor = redactor

    def _message(self, record: logging.LogRecord) -> str:
        """The message with its arguments; a call with the wrong arguments loses no line and ends no caller."""
        try:
            return record.getMessage()
        except Exception:  # noqa: BLE001 - whatever an argument's __str__ may raise
            return f"{record.msg!s} (its arguments do not fit)"

    def _trace(self, record: logging.LogRecord) -> str:
        parts = []
        if record.exc_info:
            parts.append(self.formatException(record.exc_info))
        if record.stack_info:
            parts.append(self.formatStack(record.stack_info))
        return "\n".join(parts)

    def _extras(self, record: logging.LogRecord) -> dict[str, Any]:
        return {name: value for name, value in vars(record).items() if name not in _BUILT_IN}


class TextFormatter(_RedactingFormatter):
    """``2026-03-01 09:30:00.123 INFO    session.controller: idle → connecting attempt=b7-1``, in local time.

    A message stays on its line whatever it holds, so that nobody can forge lines; tracebacks follow, indented.
    """

    def format(self, record: logging.LogRecord) -> str:
        at = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(record.created))
        extras = "".join(f" {name}={value}" for name, value in self._extras(record).items())
        message = _CONTROL.sub(_escaped, self._message(record) + extras)
        name = record.name.removeprefix(f"{_OWN_LOGGER}.")
        lines = [f"{at}.{int(record.msecs):03} {record.levelname:<7} {name}: {message}"]
        lines += [f"    {line}" for line in self._trace(record).splitlines()]
        return self._redactor.redact("\n".join(lines))


class JsonFormatter(_RedactingFormatter):
    """One object in each line: ``time`` (UTC), ``level``, ``logger``, ``message``, ``trace`` if any, and the extras."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {
            **self._extras(record),
            "time": at,
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": self._message(record),
        }
        if trace := self._trace(record):
            line["trace"] = trace
        return json.dumps(self._redactor.redact_data(line), ensure_ascii=False)


class _OwnHandler(logging.Handler):
    """A handler that `configure_logging` may replace, and whose own failures neither leak nor flood.

    The standard one writes the raw record to stderr, arguments and all, once for every line.
    """

    _failing = False
    _failed = False

    def emit(self, record: logging.LogRecord) -> None:
        self._failed = False
        super().emit(record)
        self._failing = self._failed

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802, ARG002 - logging's own signature
        self._failed = True
        if self._failing:
            return  # told already; the next failure after it has worked again is news
        kind = sys.exc_info()[0]
        with contextlib.suppress(OSError, ValueError):  # stderr may be what has failed
            print(f"avatar-kiosk: the log cannot be written ({kind.__name__ if kind else '?'}).", file=sys.__stderr__)


class _StreamHandler(_OwnHandler, logging.StreamHandler[TextIO]):
    pass


class _FileHandler(_OwnHandler, logging.handlers.RotatingFileHandler):
    """Opens its file at the first line, so that a wrong path does not keep the kiosk from starting."""

    def __init__(self, file: Path) -> None:
        super().__init__(file, maxBytes=_ROTATE_AT, backupCount=_KEPT_FILES, encoding="utf-8", delay=True)

    def _open(self) -> Any:
        Path(self.baseFilename).parent.mkdir(parents=True, exist_ok=True)
        return super()._open()


def _escaped(match: re.Match[str]) -> str:
    return match.group().encode("unicode_escape").decode("ascii")
