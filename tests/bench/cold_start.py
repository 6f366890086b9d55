"""Process start to lobby screen, and what the lobby screen costs: the kiosk's demo beside Debian's Chromium.

Chromium shows the very same page, served by a small HTTP server, with a stand-in for the Python it talks with. The two
take turns on one screen, with one sound server and one microphone, and keep their homes from round to round, as on the
second morning of a lobby machine. The first round of each fills the caches and is thrown away. The lobby screen is
painted when its big button has its full colour, seen in the screen's own pixels.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from kiosk.config import Settings
from kiosk.session.messages import Command, Prepare, Present, Screen, encode
from kiosk.wiring.values import configure_from
from kiosk.wiring.web import web_for
from tests.bench.chromium import NO_CHROMIUM, Chromium, find_chromium
from tests.bench.command import main, progress
from tests.bench.comparison import Comparison, samples_of
from tests.bench.page_server import PAGES, PageServer
from tests.bench.process_tree import ProcessTree
from tests.bench.watched_screen import HEIGHT, WIDTH, WatchedScreen
from tests.support.kiosk_process import KioskProcess
from tests.support.pulse import PulseServer

PEER = "Debian's chromium --kiosk on the same page"
NO_PEER = f"cold_start has no peer: {NO_CHROMIUM}"

BUTTON_SHARE = 0.05
"""Share of the screen that the button's colour covers; the whole button has 0.08, nothing else has any of it."""
START_TIMEOUT = 60.0
SETTLE = 6.0
"""Seconds on the lobby screen before its rest is measured: both have things left to do after the first picture."""
REST = 10.0
"""Seconds of rest over which the processor is watched."""

SHARED = "Other programs of the same engine ran meanwhile: what they share of its memory is missing in the figure."

START, WORK, MEMORY, CPU, STRANGERS = "start", "work", "memory", "cpu", "strangers"


def run(repetitions: int, folder: Path) -> Sequence[Comparison]:
    """Measure."""
    chromium = find_chromium()
    if chromium is None:
        progress(NO_PEER)
    accent = Settings().appearance.accent
    with WatchedScreen(folder) as screen, PulseServer(folder) as pulse, _page_server() as server:
        pulse.add_microphone("desk", "Front Desk Microphone", default=True)
        surroundings = {**screen.environment, **pulse.environment}
        starters: dict[str, Callable[[], KioskProcess | Chromium]] = {"kiosk": partial(_kiosk, folder, surroundings)}
        if chromium is not None:
            starters["chromium"] = partial(_chromium, folder, surroundings, f"{server.origin}/index.html", chromium)
        rounds: dict[str, list[dict[str, float]]] = {"kiosk": [], "chromium": []}
        for name, start in starters.items():
            _measure(start, screen, accent, rest=False)
            progress(f"cold_start: {name} is warm")
        for number in range(1, repetitions + 1):
            for name, start in starters.items():
                figures = _measure(start, screen, accent)
                rounds[name].append(figures)
                progress(f"cold_start {number}/{repetitions}: {name} {figures[START]:.2f} s")
    return _compared(rounds["kiosk"], rounds["chromium"])


BENCHMARK = {"cold_start": run}


def _compared(kiosk: Sequence[dict[str, float]], chromium: Sequence[dict[str, float]]) -> Sequence[Comparison]:
    shown = (
        (START, "process start → lobby screen painted", "s", 1.0, None),
        (WORK, "of this: processor time on all cores", "s", None, None),
        (MEMORY, "memory (PSS) on the lobby screen", "MB", 1.0, None),
        (CPU, "processor on the lobby screen, of one core", "%", 1.0, 1.0),
    )
    without_peer = () if chromium else (NO_PEER,)
    shared = (SHARED,) if any(figures[STRANGERS] for figures in (*kiosk, *chromium)) else ()
    return [
        Comparison(
            benchmark="cold_start",
            what=what,
            unit=unit,
            kiosk=samples_of(kiosk, key),
            peer=samples_of(chromium, key),
            peer_name=PEER,
            goal=goal,
            limit=limit,
            remarks=without_peer + (shared if key == MEMORY else ()),
        )
        for key, what, unit, goal, limit in shown
    ]


def _measure(
    start: Callable[[], KioskProcess | Chromium], screen: WatchedScreen, accent: str, *, rest: bool = True
) -> dict[str, float]:
    """One start. Without `rest` its end is not waited for."""
    screen.wait_until_without(accent)
    began = time.monotonic()
    with start() as program:
        tree = ProcessTree(program.process.pid)
        painted = screen.wait_for_colour(accent, BUTTON_SHARE, START_TIMEOUT)
        figures = {START: painted - began, WORK: tree.cpu_seconds()}
        if rest:
            time.sleep(SETTLE)
            figures[CPU] = tree.cpu(REST)
            figures[MEMORY] = tree.memory()
            figures[STRANGERS] = tree.strangers()
    return figures


def _kiosk(folder: Path, surroundings: dict[str, str]) -> KioskProcess:
    return KioskProcess(folder / "kiosk", environment=surroundings, arguments=["--demo"])


def _chromium(folder: Path, surroundings: dict[str, str], address: str, program: str) -> Chromium:
    return Chromium(program, address, folder / "chromium", size=(WIDTH, HEIGHT), environment=surroundings)


def _page_server() -> PageServer:
    """The kiosk's page in demo mode, with a script in place of Python."""
    settings = Settings()
    web = web_for(settings, demo=True)
    commands: dict[str, Command] = {
        "configure": configure_from(settings, demo=True, sdk=web.sdk),
        "starting": Present(screen=Screen.STARTING, sentence="starting"),
        "prepare": Prepare(),
        "idle": Present(screen=Screen.IDLE, sentence="idle"),
    }
    known = json.dumps({name: json.loads(encode(command)) for name, command in commands.items()})
    script = f"const COMMANDS = {known};\n{(PAGES / 'python_stand_in.js').read_text(encoding='utf-8')}".encode()
    return PageServer(web.roots, {"/qwebchannel.js": lambda: script})


if __name__ == "__main__":
    raise SystemExit(main(BENCHMARK))
