"""Microphones, loudspeakers, and the sound server they all hang on."""

from __future__ import annotations

from typing import Any

from tests.faults.fault import Fault, Scene
from tests.faults.stage import MICROPHONE, MICROPHONE_NAME, Plan, Stage
from tests.support.processes import ChildProcess
from tests.support.sound import tone, write_wav
from tests.support.waiting import wait_until

IDLE, LIVE = Scene.IDLE, Scene.LIVE

SPARE, SPARE_NAME = "spare", "Spare Microphone"
SOURCES = {MICROPHONE_NAME: MICROPHONE, SPARE_NAME: SPARE}
SCREEN, SCREEN_NAME = "hdmi", "Lobby Screen"
NOTICED = 8.0
"""Seconds within which status says what is missing."""


class SoundFault(Fault):
    """Something of the sound. Well means: the microphone that is right is in use, or would be for the next visitor."""

    family = "sound"
    lasts = 8.0
    limit = 45.0
    settle = 4.0
    microphones: tuple[str, ...] = (MICROPHONE_NAME,)
    """One of these is in use when all is well again."""
    loudspeaker: str | None = None
    """The sink on which the agent is heard then; None: the one that was there from the beginning."""

    def __init__(self, name: str, *, quick: tuple[Scene, ...] = ()) -> None:
        self.name = name
        self.quick = quick

    def well(self, status: dict[str, Any], scene: Scene) -> bool:
        microphone = status["microphone"]
        # "silent": nobody says anything into the rig's microphones, and they have no noise of their own.
        right = ("off",) if scene is IDLE else ("live", "silent")
        return super().well(status, scene) and microphone["active"] in self.microphones and microphone["state"] in right

    def prove(self, stage: Stage) -> None:
        if stage.kiosk.state == "idle":
            stage.go_live()
        stage.prove_answer_is_heard(self.loudspeaker)
        stage.prove_question_arrives(SOURCES[stage.kiosk.status()["microphone"]["active"]])

    def prove_peer(self, stage: Stage) -> None:
        assert stage.peer is not None
        stage.prove_answer_is_heard(agent=stage.peer.agent)
        stage.prove_question_arrives(agent=stage.peer.agent)


class MicrophonesUnplugged(SoundFault):
    """All of them, whether one or two, and all plugged in again."""

    peer = True

    def __init__(self, name: str, *, spare: bool = False, quick: tuple[Scene, ...] = ()) -> None:
        super().__init__(name, quick=quick)
        self._spare = spare
        if spare:
            # Either may be seen first, and is kept until the conversation is over.
            self.microphones = (MICROPHONE_NAME, SPARE_NAME)

    def prepare(self, stage: Stage) -> None:
        if self._spare:
            _add_spare(stage)

    def strike(self, stage: Stage) -> None:
        for name in stage.pulse.microphones:
            stage.pulse.unplug(name)

    def mend(self, stage: Stage) -> None:
        _says(stage, "missing")
        for name in stage.pulse.microphones:
            stage.pulse.plug_in(name)


class MicrophoneReplaced(SoundFault):
    """The wanted microphone is pulled out while another is there: that one takes over."""

    lasts = 0.0
    microphones = (SPARE_NAME,)

    def arrange(self, plan: Plan) -> None:
        plan.configuration["microphone"] = {"device": [MICROPHONE_NAME, SPARE_NAME]}

    def prepare(self, stage: Stage) -> None:
        _add_spare(stage)

    def strike(self, stage: Stage) -> None:
        stage.pulse.unplug(MICROPHONE)


class MicrophoneMuted(SoundFault):
    """The switch on the microphone itself. While nobody talks it is not open, so that nobody can tell."""

    scenes = (LIVE,)

    def strike(self, stage: Stage) -> None:
        stage.pulse.mute(MICROPHONE)

    def mend(self, stage: Stage) -> None:
        _says(stage, "muted", "silent")
        stage.pulse.mute(MICROPHONE, muted=False)


class MicrophoneSilent(SoundFault):
    """It delivers digital zeros, as with a broken cable, and after a while the noise that every room has."""

    scenes = (LIVE,)

    def strike(self, stage: Stage) -> None:
        """The rig's microphones are digitally silent as long as nobody speaks into them."""

    def mend(self, stage: Stage) -> None:
        _says(stage, "silent")
        noise = write_wav(tone(180.0, 180.0, level=0.003), stage.folder / "noise.wav")
        stage.keep(_Playing(stage.pulse.speak_into(MICROPHONE, noise)))

    def well(self, status: dict[str, Any], scene: Scene) -> bool:
        return super().well(status, scene) and status["microphone"]["state"] == "live"


class LoudspeakerUnplugged(SoundFault):
    """The loudspeaker is pulled out, the screen's takes over, and gives it back."""

    def prepare(self, stage: Stage) -> None:
        stage.pulse.add_loudspeaker(SCREEN, SCREEN_NAME)

    def strike(self, stage: Stage) -> None:
        stage.pulse.unplug_loudspeaker(stage.pulse.speaker)

    def mend(self, stage: Stage) -> None:
        if stage.scene is LIVE:
            stage.prove_answer_is_heard(SCREEN)
        stage.pulse.plug_in_loudspeaker(stage.pulse.speaker)


class DefaultOutputMoved(SoundFault):
    """The system's default output becomes another, as when a screen wakes up: the sound follows."""

    lasts = 0.0
    loudspeaker = SCREEN

    def prepare(self, stage: Stage) -> None:
        stage.pulse.add_loudspeaker(SCREEN, SCREEN_NAME)

    def strike(self, stage: Stage) -> None:
        stage.pulse.pactl("set-default-sink", SCREEN)


class EverythingUnplugged(SoundFault):
    """Neither a microphone nor a loudspeaker is left, and all come back."""

    def strike(self, stage: Stage) -> None:
        stage.pulse.unplug(MICROPHONE)
        stage.pulse.unplug_loudspeaker(stage.pulse.speaker)

    def mend(self, stage: Stage) -> None:
        _says(stage, "missing")
        stage.pulse.plug_in_loudspeaker(stage.pulse.speaker)
        stage.pulse.plug_in(MICROPHONE)


class ServerRestarted(SoundFault):
    """The sound server dies, and another is started on its socket."""

    peer = True

    def __init__(self, name: str, lasts: float, *, quick: tuple[Scene, ...] = ()) -> None:
        super().__init__(name, quick=quick)
        self.lasts = lasts

    def strike(self, stage: Stage) -> None:
        stage.pulse.kill()

    def mend(self, stage: Stage) -> None:
        stage.pulse.start_again()


class _Playing:
    """Sound that plays until the stage ends."""

    def __init__(self, player: ChildProcess) -> None:
        self._player = player

    def __enter__(self) -> ChildProcess:
        return self._player

    def __exit__(self, *_error: object) -> None:
        self._player.stop()


def _add_spare(stage: Stage) -> None:
    stage.pulse.add_microphone(SPARE, SPARE_NAME)
    # A microphone that comes and goes between two looks was never there.
    wait_until(
        lambda: SPARE_NAME in {entry["name"] for entry in stage.kiosk.command("microphones")["chromium"]},  # type: ignore[attr-defined]
        "the kiosk to see the spare microphone",
        NOTICED,
        every=0.2,
    )


def _says(stage: Stage, *states: str) -> None:
    """The kiosk tells of it while it lasts."""
    stage.kiosk.wait_for_status(
        f"the microphone to be {' or '.join(states)}", lambda status: status["microphone"]["state"] in states, NOTICED
    )


FAULTS: tuple[Fault, ...] = (
    MicrophonesUnplugged("microphone unplugged and plugged in again", quick=(LIVE,)),
    MicrophonesUnplugged("all microphones unplugged and plugged in again", spare=True),
    MicrophoneReplaced("microphone unplugged, another is there"),
    MicrophoneMuted("microphone muted at the source"),
    MicrophoneSilent("microphone silent"),
    LoudspeakerUnplugged("loudspeaker unplugged and plugged in again"),
    DefaultOutputMoved("default output moved"),
    EverythingUnplugged("all sound devices gone and back"),
    ServerRestarted("sound server restarted", 1.0, quick=(LIVE,)),
    ServerRestarted("sound server gone for 20 s", 20.0),
)
