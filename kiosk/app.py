"""The composition root: builds the parts, wires them, runs them, and takes them down in stages."""

from __future__ import annotations

import asyncio
import logging
import secrets
import signal
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from kiosk.audio.studio import SoundStudio
from kiosk.browser.host import PageHost
from kiosk.config import Loaded, Settings, find_config, state_folder, user_config_file
from kiosk.config.watch import ConfigWatcher
from kiosk.operations.control import ControlServer
from kiosk.operations.control_client import CommandRefusedError, socket_path
from kiosk.operations.exit_codes import ExitCode
from kiosk.operations.logs import configure_logging
from kiosk.operations.notify import ServiceNotifier
from kiosk.operations.redaction import Redactor
from kiosk.operations.shutdown import Stage, last_resort, shut_down
from kiosk.operations.start_record import StartRecord
from kiosk.operations.status import Status
from kiosk.session import events, messages
from kiosk.session.controller import Controller
from kiosk.session.model import Reason, State
from kiosk.session.ports import Equipment
from kiosk.window import KioskWindow
from kiosk.wiring import values
from kiosk.wiring.admin import Desk, Levers, admin_corner, end_accidental_session
from kiosk.wiring.commands import Answers
from kiosk.wiring.credentials import session_credentials
from kiosk.wiring.devices import system_microphone
from kiosk.wiring.figures import Figures
from kiosk.wiring.history import History
from kiosk.wiring.page import CurtainedPage, sentences
from kiosk.wiring.recorder import Recorder
from kiosk.wiring.report import Surroundings, status_of, utc_now
from kiosk.wiring.service import ServiceReports
from kiosk.wiring.settings import SettingsKeeper
from kiosk.wiring.watches import keep_hours, weigh
from kiosk.wiring.web import FONT, Web, newer_avatar, web_for

log = logging.getLogger(__name__)

LOG_FORMAT_VARIABLE = "AVATAR_KIOSK_LOG_FORMAT"
"""Overrides `log.format`: whoever starts the kiosk and reads its log may not be who writes its configuration."""

AVATAR_CHECK = 10.0
"""Seconds between two looks for the avatar's packages, while they are missing."""

SESSION_STAGE, SOCKET_STAGE, CREDENTIALS_STAGE = 1.8, 0.4, 0.4
LAST_RESORT = 5.0
"""Seconds after which a shutdown that hangs in Chromium is cut off; the stages before it are done within 3."""


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What the command line asks for. `windowed`: width and height in pixels instead of the whole screen."""

    config: Path | None = None
    demo: bool = False
    windowed: tuple[int, int] | None = None


def log_as_configured(settings: Settings, redactor: Redactor, environ: Mapping[str, str]) -> None:
    """Begin, or go on, to log in the way the settings say."""
    log_format = settings.log.format if environ.get(LOG_FORMAT_VARIABLE) != "json" else "json"
    configure_logging(redactor, level=settings.log.level, log_format=log_format, file=settings.log.file)


async def _cancel_what_is_left() -> None:
    """A library may still be loading in a thread; nobody waits for it any more."""
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    if left:
        await asyncio.wait(left, timeout=0.2)


class Kiosk:
    """All parts of the running kiosk, and the controller's view of them (`Observer`)."""

    def __init__(
        self, options: RunOptions, loaded: Loaded, recorder: Recorder, redactor: Redactor, environ: Mapping[str, str]
    ) -> None:
        self._options = options
        self._recorder = recorder
        self._redactor = redactor
        self._environ = environ
        self._keeper = SettingsKeeper(loaded, environ, self._show_looks)
        self._exit_code = ExitCode.OK
        self._stop = asyncio.Event()
        self._closing: set[asyncio.Task[None]] = set()
        settings = self._keeper.settings
        clock = asyncio.get_running_loop().time
        self._history = History()
        self._figures = Figures(settings.monitoring, self._status, clock)
        self._starts = StartRecord(state_folder() / "starts.json", time.time)
        self._web: Web = web_for(settings, demo=self._demo)
        self._window = KioskWindow(values.curtain_looks(settings, self._say("contact")), font=FONT)
        self._window.set_opening(values.opening_from(settings))
        self._window.session_ending.connect(self._stop.set)
        self._window.close_refused.connect(lambda: self._refused("closing the window"))
        self._window.input_refused.connect(self._refused)
        self._host = PageHost(
            self._window.stage,
            self._web.roots,
            connect_sources=self._web.connect,
            looks=values.page_looks(settings),
        )
        self._page = CurtainedPage(self._host, self._window, self._say)
        self._credentials = session_credentials(self._runnable, self._web.generation, redactor.remember)
        self._controller = Controller(
            page=self._page,
            observer=self,
            equipment=self._equipment(),
            boot=secrets.token_hex(3),
            failed_starts=self._starts.begin(),
            record=self._happened,
        )
        self._service = ServiceReports(ServiceNotifier(environ, recorder.told), lambda: self._controller.state, clock)
        self._host.message.connect(self._controller.page_said)
        self._host.renderer_gone.connect(lambda cause: self._controller.feed(events.RendererGone(cause)))
        self._host.load_failed.connect(lambda cause: self._controller.feed(events.PageLoadFailed(cause)))
        self._host.blocked.connect(self._refused)
        self._host.distrusted.connect(lambda: self._controller.feed(events.CertificateRefused()))
        answers = Answers(
            status=lambda: self._status().to_json(),
            recorded=lambda: recorder.answer(transcripts=self._keeper.settings.log.transcripts),
            wish=lambda: self._keeper.settings.microphone.device,
            controller=self._controller,
            reload=self._reload,
            leave=self._stop.set,
            come_forward=self._window.come_forward,
        )
        self._control = ControlServer(socket_path(environ), answers.answer)
        self._config_file = None if options.demo else self._keeper.path or user_config_file()
        self._watcher = ConfigWatcher(self._config_file, self._config_changed) if self._config_file else None
        self._studio = SoundStudio(environ)
        levers = Levers(
            file=lambda: self._config_file,
            read_config=self._reload,
            count_with=self._config_changed,
            restart=self.restart,
            leave=self._stop.set,
        )
        desk = Desk(self._controller, self._keeper, self._status, self._history, self._studio, levers, environ)
        self._corner = admin_corner(self._window, desk, self._studio, self._pin_hash)
        self._window.admin_asked.connect(lambda: end_accidental_session(self._controller, clock()))

    async def run(self) -> ExitCode:
        """From the first picture to the last stage of leaving."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            with suppress(NotImplementedError):  # on Windows nobody sends them to a program with a window
                loop.add_signal_handler(number, self._stop.set)
        self._window.show_curtain(self._say("starting"))
        self._window.place(values.placement_from(self._keeper.settings, self._options.windowed))
        self._controller.begin()
        try:
            self._control.listen()
        except OSError as error:  # visitors can be served all the same
            log.warning("no control socket: %s", error)
        if self._watcher is not None:
            self._watcher.start()
        self._figures.start()
        feed = self._controller.feed
        watches = [
            loop.create_task(watch)
            for watch in (
                keep_hours(lambda: self._keeper.settings.schedule, feed),
                weigh(self._host.renderer_pid, self._environ, feed, lambda: self._controller.state.phase.resting),
                self._await_avatar(),
                self._service.speak_for_page(),
            )
        ]
        log.info("running%s, configuration %s", " the demo" if self._demo else "", self._keeper.path or "none")
        await self._stop.wait()
        for watch in watches:
            watch.cancel()
        if self._exit_code is ExitCode.OK:
            self._starts.ended_well()
        await self._leave()
        self._recorder.left(self._exit_code)
        return self._exit_code

    async def _await_avatar(self) -> None:
        """Packages that were missed may come, on a disk that is mounted late, and others may be installed."""
        while True:
            await asyncio.sleep(AVATAR_CHECK)
            if self._controller.state.phase.resting and (found := newer_avatar(self._web, self._keeper.settings)):
                self._web = found
                self._renew_credentials()
                self._show_looks()
                self._controller.use(self._equipment())

    async def _leave(self) -> None:
        cancel_last_resort = last_resort(LAST_RESORT)
        self._service.stopping()
        self._studio.close()
        self._figures.close()
        stages = [
            Stage("session", lambda: self._controller.shutdown(SESSION_STAGE - 0.2), SESSION_STAGE),
            Stage("control socket", self._control.close, SOCKET_STAGE),
            Stage("credentials", self._credentials.aclose, CREDENTIALS_STAGE),
        ]
        if self._watcher is not None:
            stages.append(Stage("watching the configuration", self._watcher.aclose, 0.2))
        await shut_down(stages)
        await _cancel_what_is_left()
        self._window.allow_close()
        self._host.dispose()
        self._window.close()
        self._window.deleteLater()
        cancel_last_resort()
        log.info("left with %d", self._exit_code)

    # --- Observer ------------------------------------------------------------------------------------------

    def configuration(self) -> messages.Configure:
        web = self._web
        number = web.generation.number
        return values.configure_from(self._keeper.settings, demo=self._demo, sdk=web.sdk, generation=number)

    def changed(self, state: State) -> None:
        self._page.follow(state)
        self._figures.look()
        self._service.changed(state)
        if self._keeper.pending and state.phase.resting:
            asyncio.get_running_loop().call_soon(self._adopt_settings)

    def page_lives(self, *, painted: bool) -> None:
        self._service.page_lives()
        self._figures.look()
        if painted:
            self._page.painted()

    def healthy(self) -> None:
        self._starts.healthy()

    def restart(self) -> None:
        self._exit_code = ExitCode.RESTART
        self._stop.set()

    def _happened(self, event: events.Event, before: State, after: State, effects: Sequence[events.Effect]) -> None:
        self._recorder.happened(event, before, after, effects)
        self._figures.follow(before, after, self._history.follow(before, after))

    def _refused(self, what: str) -> None:
        """Somebody in front of the screen, or the page, tried what is not allowed."""
        log.info("refused: %s", what)
        self._recorder.note("refused", what)

    # --- settings ------------------------------------------------------------------------------------------

    @property
    def _demo(self) -> bool:
        return self._options.demo or self._keeper.demo

    @property
    def _runnable(self) -> Settings:
        """Settings to build from: a broken file's serve for the looks only."""
        return self._keeper.settings if self._keeper.usable and not self._options.demo else Settings()

    def _pin_hash(self) -> str | None:
        pin_hash = self._keeper.settings.admin.pin_hash
        return pin_hash.get_secret_value() if pin_hash else None

    def _equipment(self) -> Equipment:
        settings = self._keeper.settings
        return Equipment(
            credentials=self._credentials,
            choose_microphone=values.chooser(settings.microphone.device, system_microphone),
            choose_speaker=values.speaker_chooser(settings.speaker.device),
            policy=values.policy_from(settings),
            demo=self._demo,
            blocked=None if self._keeper.usable else Reason.CONFIGURATION,
        )

    def _config_changed(self) -> None:
        if self._config_file is not None:
            # A file that has gone is missed: without any it would be a demo.
            self._keeper.path = find_config(self._options.config, self._environ) or self._keeper.path
        self._recorder.note("configuration", "read again")
        if self._keeper.read_again() and self._controller.state.phase.resting:
            self._adopt_settings()

    def _adopt_settings(self) -> None:
        if not self._controller.state.phase.resting or not self._keeper.apply_pending():
            return
        settings = self._keeper.settings
        for secret in settings.secret_values():
            self._redactor.remember(secret)
        log_as_configured(settings, self._redactor, self._environ)
        self._web = web_for(settings, demo=self._demo)
        self._renew_credentials()
        self._show_looks()
        self._window.place(values.placement_from(settings, self._options.windowed))
        self._controller.use(self._equipment())

    def _renew_credentials(self) -> None:
        old = asyncio.ensure_future(self._credentials.aclose())
        self._closing.add(old)
        old.add_done_callback(self._closing.discard)
        self._credentials = session_credentials(self._runnable, self._web.generation, self._redactor.remember)

    def _show_looks(self) -> None:
        settings = self._keeper.settings
        self._host.serve(replace(self._web.roots, site=values.site_files(settings)), self._web.connect)
        self._host.set_zoom(settings.display.zoom)
        self._window.set_looks(values.curtain_looks(settings, self._say("contact")))
        self._window.set_opening(values.opening_from(settings))
        self._controller.configure_page()

    # --- who asks ------------------------------------------------------------------------------------------

    def _reload(self) -> None:
        if self._keeper.path is None:
            raise CommandRefusedError("There is no configuration file to read: this is demo mode.")
        self._config_changed()
        if self._keeper.problems:
            problems = "\n".join(str(problem) for problem in self._keeper.problems)
            raise CommandRefusedError(f"The configuration is not applied:\n{problems}")

    def _status(self) -> Status:
        keeper = self._keeper
        around = Surroundings(
            now=asyncio.get_running_loop().time(),
            wall=utc_now(),
            settings=keeper.settings,
            path=keeper.path,
            loaded=keeper.loaded,
            problems=keeper.problems,
            pending=keeper.restart_needed,
            renderer_pid=self._host.renderer_pid(),
            sdk=self._web.sdk,
            sdk_cause=self._web.cause,
            sentence=self._controller.detail,
        )
        return status_of(self._controller.state, self._controller.microphone, around)

    def _say(self, key: str) -> str:
        return sentences(self._keeper.settings.appearance.languages[0]).get(key, "")
