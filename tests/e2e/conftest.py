"""The kiosk and everybody it talks to, as fixtures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.support.fake_services import FakeConsole, FakeTokenEndpoint
from tests.support.kiosk_process import KioskProcess
from tests.support.livekit_server import LiveKitServer
from tests.support.pulse import PulseServer
from tests.support.speech import Speaker
from tests.support.virtual_screen import VirtualScreen
from tests.support.voice_agent import VoiceAgent

StartKiosk = Callable[..., KioskProcess]

GREETING = "Good morning, and welcome to the lobby. How can I help you today?"


@pytest.fixture
def greeting(speaker: Speaker) -> tuple[Path, str]:
    """What the agent says first: the file and its words."""
    return speaker.say(GREETING), GREETING


@pytest.fixture
def microphone(pulse: PulseServer) -> None:
    """One is plugged in."""
    pulse.add_microphone("desk", "Front Desk Microphone", default=True)


@pytest.fixture
def voice_agent(livekit_server: LiveKitServer, tmp_path: Path) -> Iterator[VoiceAgent]:
    """An agent that comes to every room of the kiosk and says nothing before it is told to."""
    with VoiceAgent(livekit_server, tmp_path, room_prefix="lobby-") as agent:
        yield agent


@pytest.fixture
def token_endpoint(livekit_server: LiveKitServer) -> Iterator[FakeTokenEndpoint]:
    """A customer's token endpoint that grants everything."""
    with FakeTokenEndpoint(livekit_server) as endpoint:
        yield endpoint


@pytest.fixture
def console() -> Iterator[FakeConsole]:
    """The AvatarKit console."""
    with FakeConsole() as console:
        yield console


@pytest.fixture
def livekit_table(livekit_server: LiveKitServer) -> dict[str, Any]:
    """The `[livekit]` table for the test's server."""
    return {
        "url": livekit_server.url,
        "api_key": livekit_server.api_key,
        "api_secret": livekit_server.api_secret,
    }


@pytest.fixture
def start_kiosk(tmp_path: Path, screen: VirtualScreen, pulse: PulseServer) -> Iterator[StartKiosk]:
    """Starts kiosks on the test's screen and sound server; `start_kiosk({"livekit": livekit_table, …})`.

    At the end of the test each must end by itself when asked, and have logged nothing at warning or above that the
    test did not `allow`.
    """
    started: list[KioskProcess] = []

    def start(
        configuration: Mapping[str, Any] | str | None = None,
        *,
        arguments: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
        **options: Any,
    ) -> KioskProcess:
        folder = tmp_path / f"kiosk-{len(started) + 1}"
        surroundings = {**screen.environment, **pulse.environment, **(environment or {})}
        kiosk = KioskProcess(folder, configuration, environment=surroundings, arguments=arguments, **options)
        started.append(kiosk)
        return kiosk

    yield start
    asked_to_end = [kiosk for kiosk in started if kiosk.process.running]
    for kiosk in started:
        kiosk.stop()
    for kiosk in started:
        assert not kiosk.unexpected(), "unexpected in the kiosk's log:\n" + "\n".join(kiosk.unexpected())
    for kiosk in asked_to_end:
        assert kiosk.process.exit_code == 0, f"asked to end, the kiosk left with {kiosk.process.exit_code}"
