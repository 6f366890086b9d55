"""A kiosk that serves a thousand visitors: what each of them leaves behind.

    python -m tests.bench.soak -n 1000

Every session is real: server, agent, microphone, avatar frames. Between two sessions, at rest, memory, descriptors,
threads and processes of the whole tree are counted, and the rooms on the server.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from kiosk.operations.control_client import ControlError
from tests.bench.process_tree import PROC, ProcessTree
from tests.bench.report import machine
from tests.bench.soak_figures import Course, Sample, reached, table
from tests.support.kiosk_process import KioskProcess
from tests.support.livekit_server import LiveKitServer
from tests.support.pulse import PulseServer
from tests.support.virtual_screen import VirtualScreen
from tests.support.voice_agent import VoiceAgent
from tests.support.waiting import WaitedInVainError, wait_until

SESSIONS = 1000
ROOM_PREFIX = "lobby-"
LIVE_WITHIN, REST_WITHIN, SETTLED_WITHIN = 40.0, 40.0, 10.0
"""Seconds."""
MOVING = 5.0
"""Pictures a second from which on the avatar counts as moving."""
FRESH_AGENT_EVERY = 50
"""Sessions: the agent's own library keeps something of each room, and takes half a processor after three hundred."""
SAVE_EVERY = 20
"""Sessions: what a broken-off soak has measured is worth something, too."""


def soak(sessions: int, folder: Path, json_path: Path) -> Course:
    """Run so many sessions, one after the other."""
    course = Course()
    with (
        LiveKitServer(folder) as server,
        PulseServer(folder) as pulse,
        VoiceAgent(server, folder, room_prefix=ROOM_PREFIX) as agent,
        VirtualScreen(folder) as screen,
    ):
        pulse.add_microphone("desk", "Front Desk Microphone", default=True)
        livekit = {
            "url": server.url,
            "api_key": server.api_key,
            "api_secret": server.api_secret,
            "room_prefix": ROOM_PREFIX,
        }
        with KioskProcess(
            folder / "kiosk", {"livekit": livekit}, environment={**screen.environment, **pulse.environment}
        ) as kiosk:
            kiosk.wait_for_state("idle", timeout=REST_WITHIN)
            started = time.monotonic()
            processes = len(ProcessTree(kiosk.process.pid).pids())
            course.samples.append(_sample(0, started, kiosk, server, processes))
            for number in range(1, sessions + 1):
                begun = time.monotonic()
                try:
                    _session(kiosk)
                except (WaitedInVainError, AssertionError, ControlError) as error:
                    course.failures.append(f"session {number}: {str(error).splitlines()[0]}")
                    progress(f"{course.failures[-1]}\n{kiosk.report()}")
                    if not kiosk.process.running or not _rests_again(kiosk):
                        course.failures.append(f"The soak broke off after session {number}.")
                        break
                course.durations.append(time.monotonic() - begun)
                course.samples.append(_sample(number, started, kiosk, server, processes))
                _tell(course)
                if number % FRESH_AGENT_EVERY == 0:
                    agent.stop()
                    agent.restart()
                if number % SAVE_EVERY == 0:
                    save(course, json_path)
    return course


def _session(kiosk: KioskProcess) -> None:
    kiosk.command("start")
    kiosk.wait_for_status("the avatar to move", _is_live, LIVE_WITHIN)
    kiosk.command("stop")
    kiosk.wait_for_state("idle", timeout=REST_WITHIN)


def _is_live(status: dict[str, dict[str, float | None]]) -> bool:
    return bool(status["state"] == "live" and (status["avatar"]["frames_per_second"] or 0.0) > MOVING)  # type: ignore[comparison-overlap]


def _rests_again(kiosk: KioskProcess) -> bool:
    """After a failed session: whether the kiosk gets itself ready for the next visitor."""
    try:
        if kiosk.status()["session"]["id"] is not None:
            kiosk.command("stop")
        kiosk.wait_for_state("idle", timeout=2 * REST_WITHIN)
    except (WaitedInVainError, AssertionError, ControlError):
        return False
    return True


def _sample(number: int, started: float, kiosk: KioskProcess, server: LiveKitServer, processes: int) -> Sample:
    """Count once the last visitor's renderer has gone and the room is closed, or it is clear that they stay."""
    tree = ProcessTree(kiosk.process.pid)
    try:
        wait_until(lambda: len(tree.pids()) <= processes and not server.rooms(), "rest", SETTLED_WITHIN, every=0.05)
    except WaitedInVainError:
        progress(f"after session {number}: {len(tree.pids())} processes, rooms {server.rooms()}")
    renderer = kiosk.status()["page"]["renderer_pid"]
    memory: dict[str, int] = defaultdict(int)
    pss = descriptors = threads = 0
    pids = tree.pids()
    for pid in pids:
        folder = PROC / str(pid)
        try:
            shares = _shares(folder)
            memory["renderer" if pid == renderer else _role(folder)] += shares["Pss_Anon"] + shares["Pss_Shmem"]
            pss += shares["Pss"]
            descriptors += len(list((folder / "fd").iterdir()))
            threads += len(list((folder / "task").iterdir()))
        except OSError:
            continue  # it has just ended
    return Sample(
        session=number,
        seconds=round(time.monotonic() - started, 2),
        memory=dict(memory),
        pss=pss,
        descriptors=descriptors,
        threads=threads,
        processes=len(pids),
        rooms=len(server.rooms()),
    )


def _role(process: Path) -> str:
    """What Chromium calls it, and what it does if it says so; the kiosk's own process is its browser."""
    words = (process / "cmdline").read_bytes().decode(errors="replace").replace(" ", "\0").split("\0")
    named = dict(word.lstrip("-").partition("=")[::2] for word in words if word.startswith("--"))
    return named.get("utility-sub-type", "").partition(".")[0] or named.get("type", "browser")


def _shares(process: Path) -> dict[str, int]:
    """Bytes of main memory by kind, what is shared with other processes counted by its share."""
    lines = (process / "smaps_rollup").read_text(encoding="utf-8").splitlines()
    return {name: int(rest.split()[0]) * 1024 for name, _, rest in (line.partition(":") for line in lines[1:])}


def _tell(course: Course) -> None:
    last = course.samples[-1]
    slope = course.memory_slope
    progress(
        f"{last.session}: {course.durations[-1]:.1f} s, {last.pss / 1e6:.1f} MB, own {last.own / 1e6:.1f} "
        f"({' '.join(f'{role} {size / 1e6:.1f}' for role, size in sorted(last.memory.items()))}), "
        f"{last.descriptors} descriptors, {last.threads} threads, {last.processes} processes, {last.rooms} rooms"
        + ("" if slope is None else f", {slope:+.1f} KB a session")
    )


def progress(words: str) -> None:
    """Tell a person who waits; stdout is for the result."""
    print(words, file=sys.stderr, flush=True)


def save(course: Course, path: Path) -> None:
    """Write all figures."""
    result = {"when": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine(), **course.as_json()}
    path.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, print the table, write the JSON; 0 when every goal is reached."""
    parser = argparse.ArgumentParser(description="Serve many visitors and count what they leave behind.")
    parser.add_argument("-n", "--sessions", type=int, default=SESSIONS, metavar="N", help="how many (%(default)s)")
    default = Path(tempfile.gettempdir(), "avatar-kiosk-soak.json")
    parser.add_argument("--json", type=Path, default=default, metavar="FILE", help="where all figures go (%(default)s)")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="kiosk-soak-") as folder:
        course = soak(chosen.sessions, Path(folder), chosen.json)
    save(course, chosen.json)
    print(table(course))
    print(f"\nAll figures are in {chosen.json}.")
    return 0 if reached(course) else 1


if __name__ == "__main__":
    raise SystemExit(main())
