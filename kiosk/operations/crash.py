"""Nothing ends unrecorded: fatal signals leave every thread's stack, uncaught exceptions leave a log line.

Exceptions go through the logging root, so the redactor sees them like every other line.
"""

from __future__ import annotations

import asyncio
import faulthandler
import logging
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

logger = logging.getLogger(__name__)


def install_crash_handlers(stack_file: Path | None = None) -> None:
    """Call once, as soon as logging is set up.

    Args:
        stack_file: gets the stacks of a fatal signal (appended); None: stderr. The file stays open for the life
            of the process, because a crashed one can open none. One that cannot be opened is reported, and stderr
            takes its place.
    """
    faulthandler.enable(file=_open(stack_file), all_threads=True)
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread
    sys.unraisablehook = _unraisable


def log_loop_exceptions(loop: asyncio.AbstractEventLoop) -> None:
    """Log what a task or callback of this loop raised and nobody awaited."""
    loop.set_exception_handler(_uncaught_in_loop)


def _open(stack_file: Path | None) -> TextIO:
    if stack_file is not None:
        try:
            stack_file.parent.mkdir(parents=True, exist_ok=True)
            return stack_file.open("a", encoding="utf-8")
        except OSError as error:
            logger.warning("no crash file %s: %s", stack_file, error)
    return sys.stderr


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Also where PySide6 brings what a slot or a virtual method raised."""
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    logger.critical("uncaught exception", exc_info=(kind, error, trace))


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is None or issubclass(args.exc_type, SystemExit):
        return
    name = args.thread.name if args.thread else "?"
    logger.critical(
        "uncaught exception in thread %s", name, exc_info=(args.exc_type, args.exc_value, args.exc_traceback)
    )


def _unraisable(args: sys.UnraisableHookArgs) -> None:
    logger.error(
        "exception nobody could catch: %s",
        args.err_msg or "while finalising an object",
        exc_info=args.exc_value,
    )


def _uncaught_in_loop(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    what = context.get("task") or context.get("future") or context.get("handle")
    logger.error(
        "%s%s",
        context.get("message", "exception in the event loop"),
        f": {what!r}" if what is not None else "",
        exc_info=context.get("exception"),
    )
