"""The controller with a fake page, fake credentials and virtual time."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import pytest

from kiosk.session import messages
from kiosk.session.controller import Controller
from kiosk.session.messages import AudioDevice, Command
from kiosk.session.model import Phase, Policy, Reason, State
from kiosk.session.ports import Equipment, Grant, UnavailableError
from tests.unit.session.virtual_loop import run_virtual

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJyb29tIjoibG9iYnkifQ.c2VjcmV0"
BUILTIN, USB, HEADSET = (AudioDevice(id=name, label=name) for name in ("Built-in", "USB", "Headset"))


class FakePage:
    def __init__(self) -> None:
        self.sent: list[Command] = []
        self.loads = 0
        self.number = 0
        self.connections = 0
        self.sound_server = True
        self.controller: Controller | None = None
        self.answers = True

    def send(self, command: Command) -> None:
        self.sent.append(command)
        if self.answers:
            asyncio.get_running_loop().call_soon(self._answer, command)

    def reload(self) -> None:
        self.rebuild(kill=False)

    def rebuild(self, *, kill: bool) -> None:
        self.loads += 1
        features = {"webgl2": True, "encodedTransforms": True}
        self.later("hello", v=1, livekitClient="2.16.1", chromium="140", features=features)

    def renew_sound(self) -> bool:
        self.connections += self.sound_server
        return self.sound_server

    def later(self, kind: str, **fields: object) -> None:
        if self.answers:
            asyncio.get_running_loop().call_soon(lambda: self.say(kind, **fields))

    def say(self, kind: str, **fields: object) -> None:
        assert self.controller is not None
        self.controller.page_said(json.dumps({"type": kind, "page": 1, **fields}))

    def _answer(self, command: Command) -> None:
        match command:
            case messages.Prepare():
                self.say("prepared", sdk="builtin")
            case messages.Connect():
                self.say("connection-state-changed", attempt=command.attempt, state="connected")
                self.say("agent", attempt=command.attempt, present=True, audible=True, state="listening")
            case messages.Disconnect():
                self.say("disposed", attempt=command.attempt)

    def last(self, kind: type[Command]) -> Any:
        return next((command for command in reversed(self.sent) if isinstance(command, kind)), None)

    def beat(self) -> None:
        self.say("heartbeat")


class FakeCredentials:
    def __init__(self) -> None:
        self.closed: list[str] = []
        self.tokens = iter(["st-1", "st-2", "st-3"])
        self.token: str | None = "st-1"
        self.refusal: UnavailableError | None = None
        self.hang = False

    async def join(self, attempt: str, language: str) -> Grant:
        if self.hang:
            await asyncio.Event().wait()
        if self.refusal:
            raise self.refusal
        return Grant("ws://server", TOKEN, f"room-{attempt}", 300.0)

    async def avatar_token(self) -> str | None:
        return self.token

    async def probe(self) -> None:
        if self.refusal:
            raise self.refusal

    async def close_room(self, room: str) -> None:
        self.closed.append(room)


class FakeObserver:
    def __init__(self) -> None:
        self.restarts = 0
        self.proofs = 0
        self.phases: list[Phase] = []

    def changed(self, state: State) -> None:
        self.phases.append(state.phase)

    def page_lives(self, *, painted: bool) -> None:
        self.painted = painted

    def configuration(self) -> messages.Configure:
        return messages.Configure(demo=False)

    def restart(self) -> None:
        self.restarts += 1

    def healthy(self) -> None:
        self.proofs += 1


def prefer_usb(inputs: Sequence[AudioDevice], current: AudioDevice | None) -> AudioDevice | None:
    if current in inputs:
        return current
    return next((device for device in inputs if device == USB), inputs[0] if inputs else None)


def system_speaker(outputs: Sequence[AudioDevice], current: AudioDevice | None) -> AudioDevice | None:
    return next((device for device in outputs if device.label == "Ceiling"), None)


class Rig:
    def __init__(self) -> None:
        self.page, self.credentials, self.observer = FakePage(), FakeCredentials(), FakeObserver()
        self.controller = Controller(
            page=self.page,
            observer=self.observer,
            equipment=Equipment(self.credentials, prefer_usb, system_speaker, Policy()),
            boot="boot",
            unix=lambda: 0.0,
        )
        self.page.controller = self.controller
        self.beating = asyncio.get_running_loop().create_task(self._beat())

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(1)
            if self.page.answers:
                self.page.beat()

    @property
    def phase(self) -> Phase:
        return self.controller.state.phase

    async def until(self, condition: Callable[[], bool], limit: float = 60) -> None:
        async with asyncio.timeout(limit):
            while not condition():  # noqa: ASYNC110 - virtual time: a sleep takes none
                await asyncio.sleep(0.05)

    async def idle(self) -> None:
        self.controller.begin()
        await self.until(lambda: self.phase is Phase.IDLE)
        self.devices(BUILTIN, USB)

    async def live(self) -> str:
        await self.idle()
        self.page.say("intent", action="start")
        await self.until(lambda: self.phase is Phase.LIVE)
        assert self.controller.state.attempt is not None
        return self.controller.state.attempt.id

    def devices(self, *inputs: AudioDevice) -> None:
        self.page.say("devices", inputs=[device.model_dump() for device in inputs])


def scenario(play: Callable[[Rig], Coroutine[Any, Any, None]]) -> None:
    async def run() -> None:
        rig = Rig()
        try:
            await play(rig)
        finally:
            await rig.controller.shutdown()
            rig.beating.cancel()

    run_virtual(run())


def test_a_visitor_is_connected_with_the_wanted_microphone_and_the_room_deleted_afterwards() -> None:
    async def play(rig: Rig) -> None:
        attempt = await rig.live()
        connect = rig.page.last(messages.Connect)
        assert connect.microphone == USB
        assert connect.room_name == f"room-{attempt}"
        rig.page.say("intent", action="stop")
        await rig.until(lambda: rig.phase is Phase.IDLE)
        assert rig.credentials.closed == [f"room-{attempt}"]
        assert rig.page.loads == 2, "the next visitor gets a page of their own"

    scenario(play)


def test_unplugged_microphone_hands_over_and_the_wanted_one_returns_next_session() -> None:
    async def play(rig: Rig) -> None:
        attempt = await rig.live()
        rig.devices(BUILTIN)
        assert rig.page.last(messages.UseMicrophone) == messages.UseMicrophone(attempt=attempt, microphone=BUILTIN)
        rig.page.sent.clear()
        rig.devices(BUILTIN, USB)
        assert rig.page.last(messages.UseMicrophone) is None, "not in the middle of a sentence"
        rig.page.say("intent", action="stop")
        await rig.until(lambda: rig.phase is Phase.IDLE)
        rig.devices(BUILTIN, USB)
        rig.page.say("intent", action="start")
        await rig.until(lambda: rig.phase is Phase.LIVE)
        assert rig.page.last(messages.Connect).microphone == USB

    scenario(play)


def test_a_track_that_ends_before_its_device_is_seen_to_be_gone_is_not_waited_for() -> None:
    async def play(rig: Rig) -> None:
        attempt = await rig.live()
        rig.page.say("microphone", attempt=attempt, state="ended", label="USB")
        assert rig.page.last(messages.UseMicrophone).microphone == BUILTIN
        rig.page.sent.clear()
        rig.devices(BUILTIN)
        assert rig.page.last(messages.UseMicrophone) is None

    scenario(play)


def test_the_only_microphone_is_opened_again_when_its_track_ends() -> None:
    async def play(rig: Rig) -> None:
        attempt = await rig.live()
        rig.devices(USB)
        rig.page.say("microphone", attempt=attempt, state="ended", label="USB")
        assert rig.page.last(messages.UseMicrophone).microphone == USB

    scenario(play)


def test_no_microphone_is_told_and_one_that_appears_is_used() -> None:
    async def play(rig: Rig) -> None:
        attempt = await rig.live()
        rig.devices()
        assert rig.page.last(messages.UseMicrophone).microphone is None
        assert rig.page.last(messages.Present).microphone == "missing"
        rig.devices(HEADSET)
        assert rig.page.last(messages.UseMicrophone) == messages.UseMicrophone(attempt=attempt, microphone=HEADSET)
        rig.page.say("microphone", attempt=attempt, state="live", label="Headset", level=0.1)
        assert rig.page.last(messages.Present).microphone == "live"

    scenario(play)


def test_a_microphone_that_cannot_be_opened_gives_way_and_is_tried_again() -> None:
    async def play(rig: Rig) -> None:
        attempt = await rig.live()
        error = {"name": "NotReadableError", "message": "busy"}
        failure = {"attempt": attempt, "operation": "open-microphone", "error": error}
        rig.page.say("operation-failed", **failure, device=USB.id)
        assert rig.page.last(messages.UseMicrophone).microphone == BUILTIN
        rig.page.say("operation-failed", **failure, device=USB.id)
        assert rig.page.last(messages.UseMicrophone).microphone == BUILTIN, "that one is not to blame"
        rig.page.say("operation-failed", **failure, device=BUILTIN.id)
        assert rig.page.last(messages.UseMicrophone).microphone is None
        await asyncio.sleep(6)
        assert rig.page.last(messages.UseMicrophone).microphone == USB

    scenario(play)


def test_a_microphone_that_goes_while_connecting_is_followed_as_soon_as_there_is_a_connection() -> None:
    async def play(rig: Rig) -> None:
        await rig.idle()
        connecting = rig.page._answer
        rig.page._answer = lambda command: None if isinstance(command, messages.Connect) else connecting(command)  # type: ignore[method-assign]
        rig.page.say("intent", action="start")
        await rig.until(lambda: rig.page.last(messages.Connect) is not None)
        rig.devices(BUILTIN)
        attempt = rig.page.last(messages.Connect).attempt
        rig.page.say("connection-state-changed", attempt=attempt, state="connected")
        assert rig.page.last(messages.UseMicrophone) == messages.UseMicrophone(attempt=attempt, microphone=BUILTIN)

    scenario(play)


def test_without_any_sound_device_the_sound_server_is_asked_again_more_and_more_slowly() -> None:
    async def play(rig: Rig) -> None:
        await rig.idle()
        rig.devices()
        rig.devices()
        assert rig.page.connections == 0
        await asyncio.sleep(1.0)
        assert rig.page.connections == 1
        await asyncio.sleep(60.0)
        assert 5 <= rig.page.connections <= 8
        rig.page.sound_server = False
        await asyncio.sleep(60.0)
        before = rig.page.connections
        rig.page.sound_server = True
        await asyncio.sleep(1.5)
        assert rig.page.connections == before + 1, "a server that comes back is not kept waiting"
        rig.devices(BUILTIN)
        before = rig.page.connections
        await asyncio.sleep(300.0)
        assert rig.page.connections == before, "there is sound again"

    scenario(play)


def test_the_wanted_speaker_is_used_and_the_systems_when_it_goes() -> None:
    async def play(rig: Rig) -> None:
        await rig.idle()
        ceiling = {"id": "c", "label": "Ceiling"}
        rig.page.say("devices", inputs=[], outputs=[ceiling])
        assert rig.page.last(messages.UseSpeaker).speaker == AudioDevice(id="c", label="Ceiling")
        rig.page.say("devices", inputs=[], outputs=[])
        assert rig.page.last(messages.UseSpeaker).speaker is None

    scenario(play)


def test_a_dead_microphone_is_told() -> None:
    async def play(rig: Rig) -> None:
        attempt = await rig.live()
        for _ in range(8):
            rig.page.say("microphone", attempt=attempt, state="live", label="USB", level=0.0)
            await asyncio.sleep(1)
        assert rig.page.last(messages.Present).microphone == "silent"

    scenario(play)


@pytest.mark.parametrize(
    ("reason", "phase"), [(Reason.ENDPOINT_REFUSED, Phase.FAULTED), (Reason.ENDPOINT_UNAVAILABLE, Phase.OFFLINE)]
)
def test_refused_credentials_reach_the_screen_as_a_kind_sentence(reason: Reason, phase: Phase) -> None:
    async def play(rig: Rig) -> None:
        await rig.idle()
        rig.credentials.refusal = UnavailableError(reason, "the endpoint answered badly")
        rig.page.say("intent", action="start")
        await rig.until(lambda: rig.phase is phase)
        assert rig.page.last(messages.Present).sentence == reason.value
        rig.credentials.refusal = None
        await rig.until(lambda: rig.phase is Phase.IDLE, 120)

    scenario(play)


def test_credentials_that_hang_are_given_up() -> None:
    async def play(rig: Rig) -> None:
        await rig.idle()
        rig.credentials.hang = True
        rig.page.say("intent", action="start")
        await rig.until(lambda: rig.phase is Phase.OFFLINE)

    scenario(play)


def test_a_renewed_session_token_reaches_the_page_while_idle() -> None:
    async def play(rig: Rig) -> None:
        await rig.idle()
        rig.credentials.token = "st-2"
        await asyncio.sleep(31)
        assert rig.page.last(messages.SetSessionToken).session_token == "st-2"

    scenario(play)


def test_a_page_that_dies_in_a_session_brings_the_visitor_back() -> None:
    async def play(rig: Rig) -> None:
        first = await rig.live()
        rig.page.answers = False
        await rig.until(lambda: rig.page.loads == 2)
        rig.page.answers = True
        rig.page.rebuild(kill=False)
        await rig.until(lambda: rig.phase is Phase.LIVE)
        assert rig.controller.state.attempt is not None
        assert rig.controller.state.attempt.id != first
        assert rig.credentials.closed == [f"room-{first}"]

    scenario(play)


def test_shutdown_ends_the_session_and_deletes_the_room_in_time() -> None:
    async def play(rig: Rig) -> None:
        attempt = await rig.live()
        loop = asyncio.get_running_loop()
        started = loop.time()
        await rig.controller.shutdown(within=2)
        assert loop.time() - started < 2
        assert rig.credentials.closed == [f"room-{attempt}"]

    scenario(play)


def test_shutdown_with_a_dead_page_still_deletes_the_room_within_its_time() -> None:
    async def play(rig: Rig) -> None:
        attempt = await rig.live()
        rig.page.answers = False
        loop = asyncio.get_running_loop()
        started = loop.time()
        await rig.controller.shutdown(within=2)
        assert loop.time() - started <= 2.01
        assert rig.credentials.closed == [f"room-{attempt}"]

    scenario(play)


def test_no_token_in_what_is_logged_or_shown(caplog: pytest.LogCaptureFixture) -> None:
    async def play(rig: Rig) -> None:
        await rig.live()
        rig.page.say("nonsense", secret=TOKEN)
        assert TOKEN not in repr(rig.controller.state)

    with caplog.at_level(logging.DEBUG):
        scenario(play)
    assert "no message" in caplog.text
    assert TOKEN not in caplog.text
    assert "st-1" not in caplog.text
