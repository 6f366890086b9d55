"""The keys of `[display]`, `[appearance]` and `[schedule]`, seen on the screen."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.bench.process_tree import ProcessTree
from tests.e2e.conftest import StartKiosk
from tests.e2e.test_conversation import go_live
from tests.support import parts
from tests.support.kiosk_process import KioskProcess
from tests.support.pulse import PulseServer
from tests.support.virtual_screen import Pixels, VirtualScreen, changed_share
from tests.support.voice_agent import VoiceAgent
from tests.support.waiting import wait_until

Settings = dict[str, Any]
MAGENTA, GREEN, ORANGE = (232, 30, 200), (20, 160, 60), (240, 120, 10)


def hex_of(colour: tuple[int, int, int]) -> str:
    return "#" + "".join(f"{part:02x}" for part in colour)


def plain_picture(path: Path, colour: tuple[int, int, int], size: str = "200x100") -> Path:
    """A picture of one colour, which nothing else on the screen has."""
    subprocess.run([parts.program("convert"), "-size", size, f"xc:{hex_of(colour)}", str(path)], check=True)
    return path


def where(pixels: Pixels, colour: tuple[int, int, int]) -> np.ndarray[Any, Any]:
    """Rows and columns of the pixels of about this colour."""
    return np.argwhere(np.abs(pixels.astype(np.int16) - np.array(colour)).max(axis=2) < 26)


def extent(pixels: Pixels, colour: tuple[int, int, int]) -> tuple[int, int]:
    """Height and width of what has this colour."""
    found = where(pixels, colour)
    height, width = found.max(axis=0) - found.min(axis=0) + 1
    return int(height), int(width)


def shown(screen: VirtualScreen, what: str, condition: Callable[[Pixels], object], timeout: float = 15.0) -> Pixels:
    """Wait for the screen to show it, and return what it shows."""

    def met() -> tuple[Pixels] | None:
        pixels = screen.pixels()
        return (pixels,) if condition(pixels) else None

    return wait_until(met, what, timeout, every=0.2)[0]


def many(colour: tuple[int, int, int]) -> Callable[[Pixels], bool]:
    return lambda pixels: len(where(pixels, colour)) > 200


@pytest.fixture
def lobby(start_kiosk: StartKiosk, screen: VirtualScreen) -> Callable[[Mapping[str, Any]], KioskProcess]:
    """An idle demo with these settings, whose page is seen."""

    def begin(settings: Mapping[str, Any]) -> KioskProcess:
        kiosk = start_kiosk(settings)
        kiosk.wait_for_state("idle")
        screen.wait_for_paint()
        return kiosk

    return begin


Lobby = Callable[[Mapping[str, Any]], KioskProcess]


def test_looks_change_at_once_and_without_a_flicker(lobby: Lobby, screen: VirtualScreen, tmp_path: Path) -> None:
    logo = plain_picture(tmp_path / "logo.png", MAGENTA)
    looks = {"organisation": "Example Museum", "logo": str(logo), "accent": hex_of(ORANGE)}
    kiosk = lobby({"appearance": looks})
    shown(screen, "logo and accent", lambda pixels: many(MAGENTA)(pixels) and many(ORANGE)(pixels))
    page = kiosk.status()["page"]["renderer_pid"]

    kiosk.write_config({"appearance": {**looks, "accent": hex_of(GREEN)}})
    seen = []

    def turned_green() -> bool:
        pixels = screen.pixels()
        seen.append(pixels)
        return many(GREEN)(pixels)

    wait_until(turned_green, "the new accent", 3.0, every=0.02)
    assert len(seen) > 2
    assert all(many(MAGENTA)(pixels) for pixels in seen), "what has not changed never went away"
    assert not many(ORANGE)(screen.pixels())
    assert kiosk.status()["page"]["renderer_pid"] == page, "the page was not loaded again for it"


def test_every_look_is_seen(lobby: Lobby, screen: VirtualScreen, tmp_path: Path) -> None:
    kiosk = lobby({"appearance": {}})
    plain = screen.pixels()

    def becomes(what: str, looks: Settings, condition: Callable[[Pixels], object]) -> Pixels:
        kiosk.write_config({"appearance": looks})
        return shown(screen, what, condition, 5.0)

    def differs_from(before: Pixels, pixels: Pixels) -> bool:
        """In something small: words."""
        return 0.002 < changed_share(before, pixels) < 0.2

    assert plain.mean() < 80
    becomes("the light theme", {"theme": "light"}, lambda pixels: pixels.mean() > 110)
    named = becomes("its name", {"organisation": "A Museum"}, lambda pixels: differs_from(plain, pixels))
    becomes("German", {"languages": ["de"]}, lambda pixels: differs_from(plain, pixels) and differs_from(named, pixels))
    becomes("its own colour", {"background": "#5a1010"}, lambda pixels: np.subtract(*pixels[-3, 3, [0, 2]]) > 40)
    picture = plain_picture(tmp_path / "wall.png", GREEN, "540x960")
    becomes("the picture", {"background": str(picture)}, lambda pixels: pixels[3:-3, 3, 1].mean() > 60)


def test_whom_to_call_is_shown_out_of_order(start_kiosk: StartKiosk, screen: VirtualScreen) -> None:
    """A file that is broken somewhere else still says who the kiosk belongs to."""

    def lines(pixels: Pixels) -> int:
        """Of text, below the face."""
        height = len(pixels)
        inked = (pixels[height * 6 // 10 : height * 8 // 10].max(axis=2) < 110).any(axis=1).astype(np.int8)
        return int(np.count_nonzero(np.diff(inked) == 1))

    for contact, expected in (("", 2), ("Reception, phone 100", 3)):
        broken = '[livekit]\nurl = 7\n[appearance]\naccent = "#000000"\ntheme = "light"\n'
        kiosk = start_kiosk(f'{broken}contact = "{contact}"\n')
        kiosk.allow("configuration")
        kiosk.wait_for_state("faulted")
        shown(screen, f"{expected} lines", lambda pixels, wanted=expected: lines(pixels) == wanted)
        kiosk.stop()


@pytest.mark.parametrize("captions", [True, False])
def test_what_is_said_is_shown_as_text_unless_the_file_says_otherwise(
    captions: bool,
    livekit_table: Settings,
    start_kiosk: StartKiosk,
    screen: VirtualScreen,
    pulse: PulseServer,
    voice_agent: VoiceAgent,
) -> None:
    pulse.add_microphone("desk", "Front Desk Microphone", default=True)
    looks = {"captions": captions, "theme": "light"}
    kiosk = start_kiosk({"livekit": livekit_table, "appearance": looks})
    kiosk.wait_for_state("idle")
    go_live(kiosk, voice_agent)
    kiosk.wait_for_status("its picture", lambda status: (status["avatar"]["frames_per_second"] or 0) > 5)

    def dark() -> int:
        """How much ink there is below the face."""
        return int((screen.pixels()[screen.height // 2 :].max(axis=2) < 100).sum())

    most_before = max(dark() for _ in range(3))
    voice_agent.caption_visitor("Where is room seven? I am looking for the meeting of the third floor, please.")
    looks_taken = [dark() for _ in range(12)]
    assert (max(looks_taken) > most_before + 400) is captions, f"{most_before}, then {looks_taken}"


@pytest.mark.parametrize("zoom", [1.0, 1.5])
def test_zoom_makes_everything_larger(zoom: float, lobby: Lobby, screen: VirtualScreen, tmp_path: Path) -> None:
    logo = plain_picture(tmp_path / "logo.png", MAGENTA, "100x100")
    lobby({"display": {"zoom": zoom}, "appearance": {"logo": str(logo)}})
    height, _ = extent(shown(screen, "the logo", many(MAGENTA)), MAGENTA)
    lobby_height = {1.0: (20, 90), 1.5: (35, 135)}[zoom]
    assert lobby_height[0] < height < lobby_height[1], height


@pytest.mark.parametrize(("rotation", "side"), [(0, "top"), (90, "right"), (180, "bottom"), (270, "left")])
def test_the_picture_turns(rotation: int, side: str, lobby: Lobby, screen: VirtualScreen, tmp_path: Path) -> None:
    logo = plain_picture(tmp_path / "logo.png", MAGENTA)
    lobby({"display": {"rotation": rotation}, "appearance": {"logo": str(logo)}})
    pixels = shown(screen, "the logo", many(MAGENTA))
    row, column = where(pixels, MAGENTA).mean(axis=0) / pixels.shape[:2]
    away_from = {"top": row, "bottom": 1 - row, "left": column, "right": 1 - column}
    assert away_from[side] < 0.3, f"the page's top is {away_from}"


def test_it_can_be_a_window(start_kiosk: StartKiosk, tmp_path: Path) -> None:
    with VirtualScreen(tmp_path, 1200, 2000) as wall:
        kiosk = start_kiosk({"display": {"fullscreen": False}}, environment=wall.environment)
        kiosk.wait_for_state("idle")
        wait_until(lambda: wall.pixels().std() > 5, "a window", 10, every=0.2)
        around = wall.pixels().max(axis=2) == 0
        assert 0.05 < around.mean() < 0.3, "the wall is seen around it"
        kiosk.stop()


def test_the_named_screen_is_used(start_kiosk: StartKiosk, tmp_path: Path) -> None:
    with VirtualScreen(tmp_path, 300, 200, second=(480, 640)) as screens:
        kiosk = start_kiosk({"display": {"screen": 1}}, environment=screens.environment)
        kiosk.wait_for_state("idle")
        wait_until(lambda: screens.pixels(1).std() > 5, "the kiosk on the second screen", 10, every=0.2)
        assert screens.pixels(0).std() < 1, "the first one stays empty"
        kiosk.stop()


def environment_of(pid: int) -> list[bytes]:
    """What a process was started with; nothing of one that has just ended."""
    try:
        return Path("/proc", str(pid), "environ").read_bytes().split(b"\0")
    except OSError:
        return []


@pytest.mark.parametrize("gpu", ["off", "auto"])
def test_drawing_without_a_graphics_card_is_told_to_every_process(gpu: str, lobby: Lobby) -> None:
    kiosk = lobby({"display": {"gpu": gpu}})
    helpers = [pid for pid in ProcessTree(kiosk.process.pid).pids() if pid != kiosk.process.pid]
    environments = [known for pid in helpers if (known := environment_of(pid))]
    assert environments
    assert any(b"LIBGL_ALWAYS_SOFTWARE=1" in one for one in environments) == (gpu == "off")


def test_outside_the_opening_hours_it_is_closed_by_the_clock_of_the_site(start_kiosk: StartKiosk) -> None:
    """In Kiribati, fourteen hours ahead, it is another hour than here, whatever the hour."""
    there = datetime.now(UTC) + timedelta(hours=14)
    hour = there.replace(minute=0)
    opened: dict[str, list[str]] = {}
    for begin in (hour + timedelta(hours=step) for step in (-1, 0, 1)):
        span = f"{begin:%H:%M}-{begin + timedelta(hours=1):%H:%M}"
        opened.setdefault(f"{begin:%a}".lower(), []).append(span)
    kiosk = start_kiosk({"schedule": {"timezone": "Pacific/Kiritimati", "open": opened}})
    kiosk.wait_for_state("idle")
    kiosk.write_config({"schedule": {"timezone": "Pacific/Pago_Pago", "open": opened}})
    kiosk.wait_for_state("closed")
    assert kiosk.status()["reason"] == "outside_hours"
    kiosk.write_config({"schedule": {"timezone": "Pacific/Kiritimati", "open": opened}})
    kiosk.wait_for_state("idle")
