"""From the command line to a running kiosk: the log, Chromium's environment, Qt, and the event loop."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Mapping

import qasync
from PySide6.QtGui import QGuiApplication

from kiosk.app import Kiosk, RunOptions, log_as_configured
from kiosk.browser import PackageProblem, configure_environment
from kiosk.browser.scheme import register_scheme
from kiosk.config import Loaded, find_config, load_settings, state_folder
from kiosk.installation import resources_folder
from kiosk.operations import journal
from kiosk.operations.blanking import keep_lit
from kiosk.operations.crash import install_crash_handlers, log_loop_exceptions
from kiosk.operations.exit_codes import ExitCode
from kiosk.operations.memory import keep_heap_small
from kiosk.operations.notify import withhold_from_children
from kiosk.operations.redaction import Redactor
from kiosk.window.icon import window_icon
from kiosk.wiring.recorder import Recorder

log = logging.getLogger(__name__)


def run(options: RunOptions) -> int:
    """Run the kiosk until it is told to leave; the exit code."""
    keep_heap_small()
    environ = os.environ
    loaded = load_settings(None if options.demo else find_config(options.config, environ), environ)
    redactor = Redactor(loaded.settings.secret_values())
    log_as_configured(loaded.settings, redactor, environ)
    logging.getLogger("qasync").setLevel(logging.INFO)  # below that it reports every callback
    install_crash_handlers()
    with Recorder(redactor, state_folder() / journal.FOLDER) as recorder:
        return _run(options, loaded, recorder, redactor)


def _run(options: RunOptions, loaded: Loaded, recorder: Recorder, redactor: Redactor) -> int:
    environ = os.environ
    engine = configure_environment(loaded.settings.display.gpu, environ, arguments=sys.argv)
    for warning in engine.warnings:
        log.warning("%s", warning)
    own = withhold_from_children(environ)
    register_scheme()
    application = QGuiApplication(list(engine.argv))
    application.setApplicationName("avatar-kiosk")
    application.setApplicationDisplayName("Avatar Kiosk")
    application.setDesktopFileName("avatar-kiosk")
    application.setWindowIcon(window_icon(resources_folder() / "icons"))
    application.setQuitOnLastWindowClosed(False)
    with qasync.QEventLoop(application) as loop:
        asyncio.set_event_loop(loop)
        log_loop_exceptions(loop)
        try:
            return int(loop.run_until_complete(_main(options, loaded, recorder, redactor, own)))
        except PackageProblem as problem:
            log.critical("the page cannot be built: %s Run the set-up again.", problem)
            return ExitCode.FAILURE


async def _main(
    options: RunOptions, loaded: Loaded, recorder: Recorder, redactor: Redactor, environ: Mapping[str, str]
) -> ExitCode:
    screen = asyncio.create_task(keep_lit(QGuiApplication.platformName(), environ))
    try:
        return await Kiosk(options, loaded, recorder, redactor, environ).run()
    finally:
        screen.cancel()
        await asyncio.wait((screen,))
