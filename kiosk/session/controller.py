"""The one place that turns effects into calls: page, credentials, timers. It decides nothing itself.

Runs on one asyncio loop; everything outside comes through `ports`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Coroutine
from typing import Any

from kiosk.session import events, messages
from kiosk.session.errands import Errands
from kiosk.session.events import Effect, Event
from kiosk.session.messages import (
    AudioDevice,
    Connect,
    Disconnect,
    Operation,
    Prepare,
    Present,
    Reconnect,
    SetSessionToken,
    UseSpeaker,
)
from kiosk.session.microphone import MicrophoneKeeper
from kiosk.session.model import Phase, Reason, State, initial
from kiosk.session.ports import Equipment, Observer, PagePort, Record
from kiosk.session.present import present, same_screen
from kiosk.session.sound import SoundKeeper
from kiosk.session.standstill import Standstill
from kiosk.session.step import step

log = logging.getLogger(__name__)
transcript = logging.getLogger("kiosk.transcript")

MICROPHONE_RETRY = 5.0
"""Seconds until a microphone that could not be opened is tried again without any change of devices."""


class Controller:
    """Feeds events to `step` and carries out what it wants.

    Args:
        boot: random word of this process; part of every attempt's id.
        failed_starts: earlier starts in a row that never came to proven health.
        record: the flight recorder.
        unix: wall clock, for token lifetimes.
    """

    def __init__(
        self,
        *,
        page: PagePort,
        observer: Observer,
        equipment: Equipment,
        boot: str,
        failed_starts: int = 0,
        unix: Callable[[], float] = time.time,
        record: Record | None = None,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._page = page
        self._observer = observer
        self._record = record
        self._errands = Errands(equipment.credentials, self.feed, lambda: self.state, unix)
        self._choose_speaker = equipment.choose_speaker
        self._tasks: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._standstill = Standstill(lambda seconds: self.feed(events.Slept(seconds)))
        self._shown: Present | None = None
        self._speaker: AudioDevice | None = None
        self._page_generation = 0
        self._queue: list[Event] = []
        self._progress = asyncio.Event()
        self._feeding = False
        self._closed = False
        self._sound = SoundKeeper(self._loop, page.renew_sound)
        self.microphone = MicrophoneKeeper(equipment.choose_microphone)
        self.state: State = initial(
            boot,
            equipment.policy,
            demo=equipment.demo,
            now=self._loop.time(),
            blocked=equipment.blocked,
            failed_starts=failed_starts,
        )

    @property
    def detail(self) -> str | None:
        """The operator's sentence about what cannot be had; None when all is well."""
        return self._errands.detail

    # --- from outside --------------------------------------------------------------------------------------

    def begin(self) -> None:
        self.feed(events.Began())
        self._standstill.start()
        self._spawn(
            self._errands.keep_avatar_token(lambda token: self._page.send(SetSessionToken(session_token=token)))
        )

    def page_said(self, text: str) -> None:
        """One message of the current page, as JSON text."""
        try:
            message = messages.decode(text)
        except messages.ProtocolError as error:
            log.warning("the page said something that is no message: %s", error)
            return
        self.feed(message)

    def feed(self, event: Event) -> None:
        """Let one event happen. Reentrant calls wait their turn, so that `step` sees one event at a time."""
        if self._closed:
            return
        self._queue.append(event)
        if self._feeding:
            return
        self._feeding = True
        try:
            while self._queue:
                self._one(self._queue.pop(0))
        finally:
            self._feeding = False
        self._progress.set()
        self._show()
        self._arm()

    def use(self, equipment: Equipment) -> None:
        """New settings, between two visitors."""
        self._errands.use(equipment.credentials)
        self._choose_speaker = equipment.choose_speaker
        self.microphone.choose_with(equipment.choose_microphone)
        self.feed(events.Reconfigured(equipment.policy, equipment.demo, equipment.blocked))

    def configure_page(self) -> None:
        """New looks, at once."""
        self._page.send(self._observer.configuration())

    async def shutdown(self, within: float = 2.0) -> None:
        """End a running session, delete its room, stop all tasks. Never takes longer than `within` seconds."""
        self.feed(events.StopRequested(Reason.SHUTDOWN))
        deadline = self._loop.time() + within
        while (left := deadline - self._loop.time()) > 0 and (self._waiting_for_page() or self._closing_rooms()):
            self._progress.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._progress.wait(), left)
        self._closed = True
        self._sound.rest()
        self._standstill.stop()
        if self._timer is not None:
            self._timer.cancel()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _waiting_for_page(self) -> bool:
        return self.state.phase is Phase.ENDING and not self.state.disposed

    def _closing_rooms(self) -> bool:
        return any(task.get_name().startswith("close-room") for task in self._tasks)

    # --- one event -----------------------------------------------------------------------------------------

    def _one(self, event: Event) -> None:
        before = self.state
        self.state, effects = step(before, event, self._loop.time())
        if self._record is not None:
            self._record(event, before, self.state, effects)
        self._keep_microphone(event)
        if isinstance(event, messages.OperationFailed):
            log.warning("%s failed: %s: %s", event.operation.value, event.error.name, event.error.message)
        elif isinstance(event, messages.PageLog):
            log.log(logging.getLevelNamesMapping()[event.level.upper()], "page: %s", event.text)
        elif isinstance(event, messages.Said) and self._observer.configuration().transcripts:
            transcript.info("%s: %s", event.speaker, event.text)
        elif isinstance(event, messages.Prepared) and event.fallback:
            log.warning("the configured avatar failed, the built-in one stands in: %s", event.fallback_cause)
        if before.phase is not self.state.phase or before.reason is not self.state.reason:
            self._log_transition(before)
            self._observer.changed(self.state)
        if isinstance(event, messages.Heartbeat | messages.Prepared):
            # While it starts the page looks like the curtain, and two layers cost twice: lift when the avatar is there.
            seen = isinstance(event, messages.Prepared) or event.painted > 0
            self._observer.page_lives(painted=seen and self.state.phase is not Phase.STARTING)
        if self.state.phase in (Phase.IDLE, Phase.LIVE):
            self._errands.detail = None
        for effect in effects:
            self._perform(effect)

    def _log_transition(self, before: State) -> None:
        state = self.state
        why = f" ({state.reason.value})" if state.reason else ""
        recovery = state.recovery
        rung = recovery.rung.word if recovery.rung is not None and recovery.started is not None else None
        attempt = f" attempt {state.attempt.id}" if state.attempt else ""
        log.info(
            "%s → %s%s%s%s",
            before.phase.value,
            state.phase.value,
            why,
            f" rung {rung}" if rung else "",
            attempt,
            extra={
                "state": state.phase.value,
                "reason": state.reason.value if state.reason else None,
                "rung": rung,
            },
        )

    def _keep_microphone(self, event: Event) -> None:
        keeper, attempt = self.microphone, self.state.attempt
        connected = attempt is not None and attempt.connected
        match event:
            case messages.Devices():
                keeper.devices(event)
                self._sound.devices(event)
                self._use_speaker(self._choose_speaker(event.outputs, None))
                if attempt and connected:
                    self._send(keeper.follow(attempt.id))
            case messages.ConnectionStateChanged() if attempt and connected and event.attempt == attempt.id:
                # The devices may have changed while there was no connection that another could be put into.
                self._send(keeper.follow(attempt.id))
            case messages.OperationFailed(operation=Operation.OPEN_MICROPHONE) if (
                attempt and event.attempt == attempt.id
            ):
                self._send(keeper.open_failed(attempt.id, event.device))
                self._loop.call_later(MICROPHONE_RETRY, self._retry_microphone, attempt.id)
            case messages.MicrophoneChanged():
                keeper.changed(event, self._loop.time())
                if event.state == "ended" and attempt and connected:
                    self._send(keeper.ended(attempt.id))
            case _ if attempt is None and keeper.in_use is not None:
                keeper.released()

    def _use_speaker(self, speaker: AudioDevice | None) -> None:
        if speaker != self._speaker:
            self._speaker = speaker
            self._page.send(UseSpeaker(speaker=speaker))

    def _retry_microphone(self, attempt: str) -> None:
        if self.state.attempt is not None and self.state.attempt.id == attempt and self.microphone.in_use is None:
            self.microphone.forgive()
            self._send(self.microphone.follow(attempt))

    # --- effects -------------------------------------------------------------------------------------------

    def _perform(self, effect: Effect) -> None:
        match effect:
            case events.PreparePage():
                self._page.send(self._observer.configuration())
                self._shown = None
                self._spawn(self._prepare(self._page_generation))
            case events.ReloadPage():
                self._page_replaced()
                self._page.reload()
            case events.RebuildPage():
                self._page_replaced()
                self._page.rebuild(kill=effect.kill)
            case events.Mint():
                self._spawn(self._errands.mint(effect.attempt, effect.language))
            case events.SendConnect():
                self._connect(effect.attempt)
            case events.SendReconnect():
                self._page.send(Reconnect(attempt=effect.attempt))
            case events.SendDisconnect():
                self._page.send(Disconnect(attempt=effect.attempt))
            case events.CloseRoom():
                self._spawn(self._errands.close_room(effect.room), name=f"close-room {effect.room}")
            case events.Probe():
                self._spawn(self._errands.probe())
            case events.Restart():
                log.warning("leaving, to be started again")
                self._observer.restart()
            case events.ProveHealth():
                self._observer.healthy()

    def _page_replaced(self) -> None:
        self._page_generation += 1
        self._shown = None
        self._speaker = None
        self.microphone.page_replaced()

    def _connect(self, attempt: str) -> None:
        grant = self._errands.take_grant(attempt)
        if grant is None:
            return
        session = self.state.session
        self._page.send(
            Connect(
                attempt=attempt,
                url=grant.url,
                token=grant.token,
                room_name=grant.room,
                microphone=self.microphone.first(),
                language=(session.language if session else "")
                or self._observer.configuration().appearance.languages[0],
            )
        )

    async def _prepare(self, generation: int) -> None:
        token = await self._errands.avatar_token()
        if generation == self._page_generation:
            self._page.send(Prepare(session_token=token))

    # --- machinery -----------------------------------------------------------------------------------------

    def _send(self, command: messages.Command | None) -> None:
        if command is not None:
            self._page.send(command)

    def _show(self) -> None:
        """Tell the page what to show, when it would look different."""
        if not self.state.page.livekit_client:
            return
        now = self._loop.time()
        screen = present(self.state, self.microphone.view(now), now)
        if not same_screen(self._shown, screen):
            self._shown = screen
            self._page.send(screen)

    def _arm(self) -> None:
        at = self.state.next_deadline()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if at is not None and not self._closed:
            self._timer = self._loop.call_at(at, self._tick)

    def _tick(self) -> None:
        self._standstill.look()
        self.feed(events.Tick())

    def _spawn(self, work: Coroutine[Any, Any, None], name: str | None = None) -> None:
        task = self._loop.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._progress.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("unexpected failure", exc_info=error)
