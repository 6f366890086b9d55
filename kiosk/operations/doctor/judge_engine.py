"""Screen, graphics, encoded transforms, microphone and speaker: from facts to findings. Pure."""

from __future__ import annotations

import re
from typing import Literal

from kiosk.audio.ranking import Reason, Wish, choose
from kiosk.operations.doctor.facts import Blanking, Engine, GraphicsCards, Hearing, Output, Screen
from kiosk.operations.doctor.findings import Finding, Untold, Verdict, bad, doubtful, good

Gpu = Literal["auto", "on", "off"]

NO_SCREEN = "offscreen"
"""Qt's platform that draws nowhere."""

FAINT = 10
"""Percent; less is not heard in a lobby."""

_SOFTWARE = re.compile(r"llvmpipe|softpipe|swiftshader|swrast|software|basic render", re.IGNORECASE)
_SOUND_ADVICE = (
    "Start PulseAudio or PipeWire in the kiosk's own session; systemctl --user status says why it has ended."
)


def judge_screen(engine: Engine | Untold, wanted: int | str) -> Finding:
    """`wanted`: the configuration's `display.screen`."""
    subject = "screen"
    if isinstance(engine, Untold):
        return engine.finding(subject)
    if engine.platform == NO_SCREEN or not engine.screens:
        return Finding(
            subject,
            Verdict.UNKNOWN,
            "none is to be reached from here",
            "Ask on the kiosk's own screen, or as its user with DISPLAY=:0 (or WAYLAND_DISPLAY) set.",
        )
    names = ", ".join(f"{screen.name} {screen.width}×{screen.height}" for screen in engine.screens)
    if not _is_there(wanted, engine.screens):
        return doubtful(
            subject, f"display.screen = {wanted!r} is not there, only {names}", "Check the cable, or write another one."
        )
    return good(subject, names)


def judge_blanking(blanking: Blanking | Untold, *, running: bool) -> Finding:
    """A visitor walks up to a screen that shows something. `running`: a kiosk runs, which should see to that."""
    subject = "blanking"
    advice = "On X11: xset s off -dpms, in what starts the session; else switch it off in the desktop's power settings."
    if isinstance(blanking, Untold):
        return blanking.finding(subject)
    if blanking.dark:
        return bad(subject, "the screen is dark at this moment", advice)
    if blanking.after is not None:
        dark = f"the screen goes dark after {blanking.after / 60:g} minutes without a touch"
        return bad(subject, dark, advice) if running else good(subject, f"{dark}; the kiosk keeps it on while it runs")
    return good(subject, "the screen stays on")


def judge_graphics(engine: Engine | Untold, cards: GraphicsCards, wish: Gpu) -> Finding:
    """WebGL 2, which the avatar is drawn with, and who draws it. `wish`: the configuration's `display.gpu`."""
    subject = "graphics"
    if isinstance(engine, Untold):
        return engine.finding(subject)
    closed = [card for card in cards.present if card not in cards.usable]
    rights = "Add the kiosk's user to the groups render and video." if closed and not cards.usable else ""
    if engine.webgl2 is None or not engine.webgl2.painted:
        lack = "WebGL 2 is not there" if engine.webgl2 is None else f"WebGL 2 draws nothing ({engine.webgl2.renderer})"
        if engine.platform == NO_SCREEN:
            return _without_screen(lack)
        return bad(
            subject, lack, rights or "Install the graphics driver (on Debian libgl1-mesa-dri, libegl1), then restart."
        )
    renderer = engine.webgl2.renderer
    if not _SOFTWARE.search(renderer):
        return good(subject, f"WebGL 2 by {renderer}")
    text = f"WebGL 2 by the processor ({renderer})"
    if wish == "off":
        return good(subject, f'{text}, as display.gpu = "off" has it')
    if engine.platform == NO_SCREEN and not rights:
        return _without_screen(text)  # on its screen it may be the graphics card
    if cards.present:
        cause = rights or "Install the driver of the graphics card (on Debian libgl1-mesa-dri), then restart."
        return doubtful(subject, f"{text}, although there is {', '.join(cards.present)}", cause)
    return doubtful(subject, text, "It serves; a machine with a graphics chip moves the avatar more smoothly.")


def _without_screen(text: str) -> Finding:
    return Finding(
        "graphics", Verdict.UNKNOWN, f"{text}, tried without a screen", "Ask on the kiosk's own screen for more."
    )


def judge_transforms(engine: Engine | Untold) -> Finding:
    """The avatar's motion comes as encoded video frames, which a worker reads before they are decoded."""
    subject = "encoded transforms"
    if isinstance(engine, Untold):
        return engine.finding(subject)
    if engine.script_transform:
        older = ", and createEncodedStreams" if engine.encoded_streams else ""
        return good(subject, f"RTCRtpScriptTransform works{older}")
    if engine.encoded_streams:
        return doubtful(
            subject, "only createEncodedStreams is there, the older way", "Set the kiosk up again with its own Qt."
        )
    return bad(
        subject, "this engine has none: the vendor's avatar cannot move", "Set the kiosk up again with its own Qt."
    )


def judge_microphone(hearing: Hearing | Untold) -> Finding:
    """The one that the configuration means, and how it does in the running kiosk."""
    subject = "microphone"
    if isinstance(hearing, Untold):
        return hearing.finding(subject)
    listing = hearing.listing
    name = listing["choice"]["name"]
    present = [entry["name"] for entry in listing["chromium"]]
    if not present:
        if hearing.server is False:
            return bad(subject, "none is there, because no sound server answers", _SOUND_ADVICE)
        if listing["qt"]:
            seen = ", ".join(entry["name"] for entry in listing["qt"])
            return bad(subject, f"Chromium sees none, only Qt does: {seen}", "Restart the kiosk's session.")
        return bad(subject, "none is there", "Plug one in, and see that the system lists it: pactl list short sources")
    if name is None:
        return bad(
            subject,
            f"the configuration asks for none of {', '.join(present)}",
            'Write one of these names, or "auto", into microphone.device.',
        )
    if hearing.problem is not None:
        return bad(
            subject, f"{name} cannot be opened ({hearing.problem})", "See which program holds it, and its rights."
        )
    match hearing.state:
        case "missing" | "silent":
            return bad(subject, f"{name} is {hearing.state}", "Check plug, switch and the system's recording level.")
        case "muted":
            source = next((entry["id"] for entry in listing["qt"] if entry["name"] == name), "@DEFAULT_SOURCE@")
            return bad(subject, f"{name} is muted", f"Switch it on at the device, or: pactl set-source-mute {source} 0")
    if listing["choice"]["reason"] == Reason.FALLBACK:
        return doubtful(
            subject, f"{name} stands in for what microphone.device names first", "Check the plug of the other one."
        )
    return good(subject, name)


def judge_speaker(engine: Engine | Untold, wish: Wish, output: Output | None, server: bool | None) -> Finding:  # noqa: FBT001 - a fact, not a switch
    """The one that the configuration means.

    Args:
        engine: knows which there are.
        wish: the configuration's `speaker.device`.
        output: how the chosen one is set in the mixer; None: it cannot be told.
        server: whether the sound server answers; None: it cannot be told.
    """
    subject = "speaker"
    if isinstance(engine, Untold):
        return engine.finding(subject)
    choice = choose(wish, engine.outputs)
    if not engine.outputs:
        if server is False:
            return bad(subject, "none is there, because no sound server answers", _SOUND_ADVICE)
        return bad(subject, "none is there", "Plug one in, and see that the system lists it: pactl list short sinks")
    if choice.device is None:
        return bad(
            subject,
            f"the configuration asks for none of {', '.join(device.name for device in engine.outputs)}",
            'Write one of these names, or "auto", into speaker.device.',
        )
    name = choice.device.name
    if output is not None and output.muted:
        return bad(subject, f"{name} is muted in the system's mixer", f"pactl set-sink-mute {choice.device.id} 0")
    level = "" if output is None else f", {output.volume} %"
    if output is not None and output.volume < FAINT:
        return bad(subject, f"{name}{level}: nobody hears it", f"pactl set-sink-volume {choice.device.id} 80%")
    if choice.reason is Reason.FALLBACK:
        return doubtful(
            subject, f"{name}{level} stands in for what speaker.device names first", "Check the plug of the other one."
        )
    return good(subject, f"{name}{level}")


def _is_there(wanted: int | str, screens: tuple[Screen, ...]) -> bool:
    if isinstance(wanted, int):
        return wanted < len(screens)
    return wanted == "primary" or wanted in (screen.name for screen in screens)
