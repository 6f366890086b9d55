"""Where a fault is played: server, agent, sound, screen, the kiosk under its supervisor, and the peer beside it."""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from tests.faults.fault import Fault, Scene
from tests.faults.peer import Peer
from tests.support.livekit_server import LiveKitServer
from tests.support.pulse import PulseServer
from tests.support.sound import Sound
from tests.support.speech import Speaker
from tests.support.supervised_kiosk import SupervisedKiosk
from tests.support.virtual_screen import VirtualScreen
from tests.support.voice_agent import VoiceAgent
from tests.support.waiting import wait_until

T = TypeVar("T")

MICROPHONE = "desk"
MICROPHONE_NAME = "Front Desk Microphone"
QUESTION = "Is the meeting room on the second floor free this afternoon?"
ANSWER = "Yes, it is free from two o'clock on. Shall I book it for you?"

AUDIBLE = -50.0
"""dBFS of speech that was certainly transmitted; a silent line stays below -80."""
KIOSK_ROOMS, PEER_ROOMS = "lobby-", "peer-"
AS_ON_A_DESKTOP = {"DBUS_SESSION_BUS_ADDRESS": "disabled:"}
"""A session bus is named, whichever: then Chromium gives its processes names of their own, written over what they were
started with."""


@dataclass
class Plan:
    """What the kiosk will start with; `Fault.arrange` changes it."""

    folder: Path
    """Private to this stage."""
    server: LiveKitServer
    configuration: dict[str, Any]
    """The tables of its file."""
    keep: Any
    """`keep(context manager)` enters it and leaves it when the stage ends; returns what it gave."""
    environment: dict[str, str] = field(default_factory=dict)
    """Beside those of screen and sound server."""
    arguments: list[str] = field(default_factory=list)
    wrapper: list[str] = field(default_factory=list)
    """A command that runs the kiosk: `["ip", "netns", "exec", "lobby"]`."""
    peer_url: str = ""
    """Where the peer connects to; empty: straight to the server."""
    things: dict[str, Any] = field(default_factory=dict)
    """What `strike` and `mend` need of `arrange`; the same mapping is `Stage.things`."""

    @property
    def url(self) -> str:
        """Where the kiosk connects to."""
        return str(self.configuration["livekit"]["url"])

    @url.setter
    def url(self, url: str) -> None:
        """Another way to the same server, for the kiosk and for the peer."""
        self.configuration["livekit"]["url"] = url
        self.peer_url = url


class Stage:
    """One kiosk in one scene, ready to be broken; a context manager."""

    def __init__(self, fault: Fault, scene: Scene, folder: Path, *, with_peer: bool = False) -> None:
        """Start everything and bring the kiosk to the scene; `with_peer`: a page of the documents' own beside it."""
        self.scene = scene
        self.folder = folder
        self._ends = ExitStack()
        try:
            self._set_up(fault, with_peer=with_peer)
        except BaseException:
            self._ends.close()
            raise

    def _set_up(self, fault: Fault, *, with_peer: bool) -> None:
        folder = self.folder
        self.speaker = Speaker(folder)
        self.question = self.speaker.say(QUESTION)
        self.answer = self.speaker.say(ANSWER)
        self.server = self.keep(LiveKitServer(folder))
        livekit = {"url": self.server.url, "api_key": self.server.api_key, "api_secret": self.server.api_secret}
        self.plan = Plan(folder, self.server, {"livekit": livekit}, self.keep)
        fault.arrange(self.plan)
        self.things = self.plan.things
        self.pulse = self.keep(PulseServer(folder))
        self.pulse.add_microphone(MICROPHONE, MICROPHONE_NAME, default=True)
        self.screen = self.keep(VirtualScreen(folder))
        self.agent = self.keep(VoiceAgent(self.server, folder, room_prefix=KIOSK_ROOMS))
        self.kiosk = self.keep(
            SupervisedKiosk(
                folder / "kiosk",
                self.plan.configuration,
                environment={
                    **self.screen.environment,
                    **self.pulse.environment,
                    **AS_ON_A_DESKTOP,
                    **self.plan.environment,
                },
                arguments=self.plan.arguments,
                wrapper=self.plan.wrapper,
            )
        )
        self.peer = self._start_peer() if with_peer else None
        self.kiosk.wait_for_state("idle", timeout=40)
        if self.scene is Scene.LIVE:
            self.go_live()
        if self.peer is not None:
            self.peer.go_live()

    def keep(self, thing: AbstractContextManager[T]) -> T:
        """Enter it, and leave it when the stage ends, in the reverse order."""
        return self._ends.enter_context(thing)

    def _start_peer(self) -> Peer:
        folder = self.folder / "peer"
        folder.mkdir()
        agent = self.keep(VoiceAgent(self.server, folder, room_prefix=PEER_ROOMS))
        screen = self.keep(VirtualScreen(folder))
        environment = {**screen.environment, **self.pulse.environment}
        return self.keep(
            Peer(
                folder,
                self.server,
                agent,
                url=self.plan.peer_url or self.server.url,
                room_prefix=PEER_ROOMS,
                environment=environment,
                wrapper=self.plan.wrapper,
            )
        )

    @property
    def agents(self) -> list[VoiceAgent]:
        """Everybody who speaks: the kiosk's, and the peer's if it is there."""
        return [self.agent, *([self.peer.agent] if self.peer else [])]

    def go_live(self) -> None:
        """Begin a visitor's session and wait until the avatar moves."""
        self.kiosk.command("start")
        self.kiosk.wait_for_status(
            "a session to be live",
            lambda status: status["state"] == "live" and (status["avatar"]["frames_per_second"] or 0.0) > 5.0,
            40,
        )

    def prove_conversation(self) -> None:
        """Visitor and agent hear each other, in the session that runs or in the next visitor's.

        Raises:
            AssertionError: one of them does not, or no session begins.
        """
        if self.kiosk.state == "idle":
            self.go_live()
        self.prove_answer_is_heard()
        self.prove_question_arrives()

    def prove_answer_is_heard(self, loudspeaker: str | None = None, *, agent: VoiceAgent | None = None) -> None:
        """What the kiosk's agent, or the one given, says comes out of a loudspeaker, by default the first one."""
        with self.pulse.record(f"{loudspeaker or self.pulse.speaker}.monitor") as recording:
            (agent or self.agent).start_speaking(self.answer)
            wait_until(lambda: _loud(recording.so_far()), "the agent's answer on the loudspeaker", 12, every=0.2)

    def prove_question_arrives(self, microphone: str = MICROPHONE, *, agent: VoiceAgent | None = None) -> None:
        """What the visitor says into this microphone arrives at the kiosk's agent, or the one given."""
        listener = agent or self.agent
        listener.forget_heard()
        self.pulse.play_into(microphone, self.question)
        wait_until(lambda: _loud(listener.heard()), "the visitor's question at the agent", 8, every=0.3)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._ends.close()


def _loud(sound: Sound) -> bool:
    """Speech for at least half a second in all, judged in pieces, so that the silence before it does not count."""
    piece = 0.1
    pieces = int(sound.seconds / piece)
    return sum(sound.between(i * piece, (i + 1) * piece).dbfs > AUDIBLE for i in range(pieces)) >= 5
