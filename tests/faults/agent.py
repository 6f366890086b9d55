"""Faults of the family `agent`: who the visitor talks with."""

from __future__ import annotations

from typing import Any, Literal

from tests.faults.fault import Fault, Scene
from tests.faults.stage import AUDIBLE, KIOSK_ROOMS, Plan, Stage
from tests.support.sound import read_wav
from tests.support.voice_agent import VoiceAgent

AGENT_TIMEOUT = 20.0
"""Seconds a visitor waits for an agent before the kiosk says that none comes (`session.agent_timeout`)."""


class AgentFault(Fault):
    family = "agent"


class NeverThere(AgentFault):
    """A visitor taps, and nobody who could talk is there; the next visitor is served."""

    scenes = (Scene.IDLE,)
    lasts = AGENT_TIMEOUT + 12.0

    def strike(self, stage: Stage) -> None:
        self.hold_back(stage.agent, held_back=True)
        stage.kiosk.command("start")

    def mend(self, stage: Stage) -> None:
        self.hold_back(stage.agent, held_back=False)

    def hold_back(self, agent: VoiceAgent, *, held_back: bool) -> None:
        raise NotImplementedError


class NeverComes(NeverThere):
    name = "agent never comes"

    def hold_back(self, agent: VoiceAgent, *, held_back: bool) -> None:
        agent.join_rooms(joins=not held_back)


class NeverGetsReady(NeverThere):
    name = "agent comes and never gets ready"

    def hold_back(self, agent: VoiceAgent, *, held_back: bool) -> None:
        agent.get_ready(gets_ready=not held_back)


class Live(AgentFault):
    """Strikes the conversation that is going on."""

    scenes = (Scene.LIVE,)


class Speaking(Live):
    """Strikes in the middle of what the agent is saying."""

    def prepare(self, stage: Stage) -> None:
        stage.prove_answer_is_heard()


class LeavesMidSentence(Speaking):
    """It means to: the conversation is over, and the next visitor finds everything ready."""

    name = "agent leaves in mid-sentence"
    quick = (Scene.LIVE,)
    peer = True
    over = True

    def strike(self, stage: Stage) -> None:
        for agent in stage.agents:
            agent.leave()


class Crashes(Speaking):
    """Its process is killed in mid-sentence; the server's manager starts another one."""

    name = "agent killed in mid-sentence, back after 5 s"
    peer = True
    lasts = 5.0

    def strike(self, stage: Stage) -> None:
        for agent in stage.agents:
            agent.stop()

    def mend(self, stage: Stage) -> None:
        for agent in stage.agents:
            agent.restart()


class SaysNothing(Live):
    """No fault of anything: visitor and agent are silent, and the conversation ends kindly."""

    name = "agent and visitor silent"
    over = True

    def arrange(self, plan: Plan) -> None:
        plan.configuration["session"] = {"idle_timeout": "15s"}

    def strike(self, stage: Stage) -> None:
        """Nothing is said by anybody."""

    def well(self, status: dict[str, Any], scene: Scene) -> bool:
        return super().well(status, Scene.IDLE)


class MotionStops(Live):
    """Pictures stop, in this room, while its sound goes on."""

    name = "motion frames stop while sound goes on"
    quick = (Scene.LIVE,)
    peer = True

    def strike(self, stage: Stage) -> None:
        for agent in stage.agents:
            agent.start_speaking(stage.answer)
            agent.freeze_motion()


class MotionPauses(Live):
    """Pictures pause and come again in the same room; a handler that reconnects may lose the agent."""

    name = "motion frames stop for 4 s"
    peer = True
    lasts = 4.0

    def strike(self, stage: Stage) -> None:
        for agent in stage.agents:
            agent.freeze_motion()

    def mend(self, stage: Stage) -> None:
        for agent in stage.agents:
            agent.thaw_motion()


class SoundStops(Speaking):
    """The agent seems to go on speaking: its pictures come, its state is `speaking`, and nobody hears a word."""

    def __init__(
        self, what: str, how: Literal["silent", "muted", "unpublished"], *, quick: tuple[Scene, ...] = ()
    ) -> None:
        self.name = f"sound stops while frames go on: {what}"
        self.quick = quick
        self._how = how

    settle = 12.0

    def strike(self, stage: Stage) -> None:
        stage.agent.lose_voice(self._how)


class Freezes(Live):
    """SIGSTOP: no sound, no pictures, no signalling; the server keeps it in the room for a while."""

    peer = True

    def __init__(self, lasts: float) -> None:
        self.name = f"agent's process frozen for {lasts:.0f} s"
        self.lasts = lasts

    def strike(self, stage: Stage) -> None:
        for agent in stage.agents:
            agent.freeze()

    def mend(self, stage: Stage) -> None:
        for agent in stage.agents:
            agent.thaw()


class Second(Live):
    """A second agent comes to the room and talks, too; the visitor hears the one they began with."""

    name = "a second agent comes to the room"

    def strike(self, stage: Stage) -> None:
        folder = stage.folder / "second"
        folder.mkdir()
        second = stage.keep(VoiceAgent(stage.server, folder, room_prefix=KIOSK_ROOMS))
        second.wait_for("joined")
        stage.things["second"] = second

    def prove(self, stage: Stage) -> None:
        super().prove(stage)
        stage.agent.wait_for("spoken", timeout=20)  # the rest of its answer is none of the second's
        with stage.pulse.record() as recording:
            stage.things["second"].speak(stage.answer)
            recording.wait_for(read_wav(stage.answer).seconds)
            loudness = recording.so_far().between(0.0).dbfs
        assert loudness < AUDIBLE, f"the second agent is heard, too ({loudness:.0f} dBFS)"


FAULTS: tuple[Fault, ...] = (
    NeverComes(),
    NeverGetsReady(),
    LeavesMidSentence(),
    Crashes(),
    SaysNothing(),
    MotionStops(),
    MotionPauses(),
    SoundStops("it sends silence", "silent", quick=(Scene.LIVE,)),
    SoundStops("its track is muted", "muted"),
    SoundStops("its track is gone", "unpublished"),
    Freezes(4.0),
    Freezes(20.0),
    Second(),
)
