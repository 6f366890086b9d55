"""Tap to the agent's first sound, and to the published microphone: the kiosk beside the documents' quick start.

The quick start runs in the kiosk's own engine, with its Chromium flags, its avatar packages and its livekit-client, on
a page that is loaded and has imported everything before the tap: what differs is the kiosk's work alone, not the
browser. Its backend answers at once, from this machine. Both stand before the same server and the same agent, which
comes to a new room within a tenth of a second and greets as soon as somebody listens; what a tap brings is heard on
the loudspeaker. The first round of each fills the caches and is thrown away.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.bench.command import main, progress
from tests.bench.comparison import Comparison, samples_of
from tests.bench.onset import OnsetClock
from tests.bench.quick_start import QuickStart
from tests.support.kiosk_process import KioskProcess
from tests.support.livekit_server import LiveKitServer
from tests.support.pulse import PulseServer, Recording
from tests.support.sound import compare, read_wav
from tests.support.speech import Speaker
from tests.support.virtual_screen import VirtualScreen
from tests.support.voice_agent import VoiceAgent
from tests.support.waiting import wait_until

PEER = "the documents' quick start, run in sequence after the tap, in the kiosk's engine"

ROOM_PREFIX = "lobby-"
GREETING = "Good morning, and welcome to the lobby. How can I help you today?"
TAP_TIMEOUT = 40.0
QUIET_BEFORE = 0.3
"""Seconds of recorded silence before the tap: nothing but the agent may sound."""
SETTLE = 3.0
"""Seconds both are left alone before a tap: visitors seldom come back to back."""

SOUND, MICROPHONE, BOTH, ROOM, SPEAKING = "sound", "microphone", "both", "room", "speaking"


class Contestant(Protocol):
    """Somebody a visitor may tap."""

    name: str
    screen: VirtualScreen

    def await_visitor(self) -> None:
        """Wait until a tap would start a conversation."""

    def dismiss(self) -> None:
        """End the conversation and get ready for the next."""


class KioskContestant:
    """The kiosk, at rest before each tap."""

    name = "kiosk"

    def __init__(self, kiosk: KioskProcess, screen: VirtualScreen) -> None:
        self.screen = screen
        self._kiosk = kiosk

    def await_visitor(self) -> None:
        self._kiosk.wait_for_state("idle", timeout=TAP_TIMEOUT)

    def dismiss(self) -> None:
        self._kiosk.command("stop")


class QuickStartContestant:
    """The quick start's page, loaded before each tap."""

    name = "quick start"

    def __init__(self, quick_start: QuickStart, screen: VirtualScreen) -> None:
        self.screen = screen
        self._quick_start = quick_start

    def await_visitor(self) -> None:
        self._quick_start.wait_until_ready()

    def dismiss(self) -> None:
        self._quick_start.reload()


@dataclass(frozen=True)
class Lobby:
    """What both share."""

    server: LiveKitServer
    agent: VoiceAgent
    pulse: PulseServer
    greeting: Path


def run(repetitions: int, folder: Path) -> Sequence[Comparison]:
    """Measure."""
    greeting = Speaker(folder).say(GREETING)
    with (
        LiveKitServer(folder) as server,
        PulseServer(folder) as pulse,
        VoiceAgent(server, folder, room_prefix=ROOM_PREFIX, greeting=(greeting, GREETING)) as agent,
        VirtualScreen(folder) as kiosk_screen,
        VirtualScreen(folder) as quick_start_screen,
    ):
        pulse.add_microphone("desk", "Front Desk Microphone", default=True)
        livekit = {
            "url": server.url,
            "api_key": server.api_key,
            "api_secret": server.api_secret,
            "room_prefix": ROOM_PREFIX,
        }
        with (
            KioskProcess(
                folder / "kiosk", {"livekit": livekit}, environment={**kiosk_screen.environment, **pulse.environment}
            ) as kiosk,
            QuickStart(
                folder,
                server,
                room_prefix=ROOM_PREFIX,
                environment={**quick_start_screen.environment, **pulse.environment},
            ) as quick_start,
        ):
            lobby = Lobby(server, agent, pulse, greeting)
            contestants = (
                KioskContestant(kiosk, kiosk_screen),
                QuickStartContestant(quick_start, quick_start_screen),
            )
            rounds = _take_turns(repetitions, contestants, lobby)
    return _compared(rounds["kiosk"], rounds["quick start"])


BENCHMARK = {"tap_to_live": run}


def _take_turns(repetitions: int, contestants: Sequence[Contestant], lobby: Lobby) -> dict[str, list[dict[str, float]]]:
    rounds: dict[str, list[dict[str, float]]] = {contestant.name: [] for contestant in contestants}
    for number in range(repetitions + 1):
        for contestant in contestants:
            figures = _tap(contestant, lobby)
            if number > 0:
                rounds[contestant.name].append(figures)
            turn = f"{number}/{repetitions}" if number > 0 else "warming up"
            progress(f"tap_to_live {turn}: {contestant.name} {figures[SOUND]:.2f} s")
    return rounds


def _tap(contestant: Contestant, lobby: Lobby) -> dict[str, float]:
    """One visitor; seconds since the tap."""
    contestant.await_visitor()
    wait_until(lambda: not lobby.server.rooms(), "the visitor before to be gone", TAP_TIMEOUT, every=0.1)
    time.sleep(SETTLE)
    with lobby.pulse.record() as recording:
        clock = OnsetClock(recording)
        recording.wait_for(QUIET_BEFORE)
        tapped = time.time()
        contestant.screen.tap()
        heard = clock.wait_for_onset(TAP_TIMEOUT)
        moments = {
            SOUND: heard,
            MICROPHONE: _event(lobby.agent, "visitor-track", tapped),
            ROOM: _event(lobby.agent, "joined", tapped),
            SPEAKING: _event(lobby.agent, "speaking", tapped),
        }
        _make_sure_it_was_the_agent(lobby.greeting, recording)
    contestant.dismiss()
    moments[BOTH] = max(moments[SOUND], moments[MICROPHONE])
    return {name: moment - tapped for name, moment in moments.items()}


def _make_sure_it_was_the_agent(greeting: Path, recording: Recording) -> None:
    said = read_wav(greeting)
    wait_until(
        lambda: compare(said, recording.so_far()).same, "the sound to be the greeting", said.seconds + 5.0, every=0.5
    )


def _event(agent: VoiceAgent, event: str, since: float) -> float:
    """Unix seconds of the first such event of the agent's after `since`."""

    def happened() -> float | None:
        return next((float(told["at"]) for told in agent.happened(event) if told["at"] >= since), None)

    return wait_until(happened, f"the agent's {event!r}", TAP_TIMEOUT)


def _compared(kiosk: Sequence[dict[str, float]], peer: Sequence[dict[str, float]]) -> Sequence[Comparison]:
    shown = (
        (SOUND, "tap → agent's first sound heard", 0.5),
        (MICROPHONE, "tap → microphone published, agent listens", 0.5),
        (BOTH, "tap → both", 0.5),
        (ROOM, "of this: agent in the room", None),
        (SPEAKING, "of this: agent begins to speak", None),
    )
    return [
        Comparison("tap_to_live", what, "s", samples_of(kiosk, key), samples_of(peer, key), PEER, goal)
        for key, what, goal in shown
    ]


if __name__ == "__main__":
    raise SystemExit(main(BENCHMARK))
