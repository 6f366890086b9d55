"""`python -m tests.faults`: the whole matrix, or a part of it, as a table."""

from __future__ import annotations

import argparse
import sys
import tempfile
import traceback
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from tests.bench.report import machine
from tests.faults import result as results
from tests.faults.catalogue import FAMILIES, ORDER, chosen
from tests.faults.fault import Fault, Scene
from tests.faults.play import play
from tests.faults.result import Result

HERE = Path(__file__).parent


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the chosen faults, add them to the table; 0 when every one was survived."""
    asked = _parse(arguments)
    faults = chosen(asked.faults, asked.scene)
    if not faults:
        names = ", ".join(family.__name__.rpartition(".")[2] for family in FAMILIES)
        print(f"No such fault. The families are {names}.", file=sys.stderr)
        return 2
    asked.out.mkdir(parents=True, exist_ok=True)
    played: list[Result] = []
    left_out: list[str] = []
    with (
        tempfile.TemporaryDirectory(prefix="kiosk-faults-") as folder,
        ThreadPoolExecutor(max_workers=asked.jobs) as workers,
    ):
        run = partial(_run, folder=Path(folder), with_peer=not asked.no_peer)
        for fault, scene, outcome in workers.map(run, faults):
            if isinstance(outcome, Result):
                played.append(outcome)
                _keep(played, asked.out)
            else:
                left_out.append(f"{fault} ({scene}): {outcome}")
            _tell(fault, scene, outcome)
    print(f"\nThe table is {asked.out / 'RESULTS.md'}.")
    for line in left_out:
        print(f"Left out: {line}")
    return 0 if played and not left_out and all(one.recovered for one in played) else 1


def _run(what: tuple[Fault, Scene], folder: Path, *, with_peer: bool) -> tuple[Fault, Scene, Result | str]:
    fault, scene = what
    own = Path(tempfile.mkdtemp(dir=folder))
    try:
        return fault, scene, play(fault, scene, own, with_peer=with_peer)
    except (pytest.skip.Exception, pytest.fail.Exception) as lack:  # how the rig names a missing part
        return fault, scene, str(lack)
    except Exception as error:  # noqa: BLE001 - one stage that could not be built must not end the whole run
        traceback.print_exc()
        return fault, scene, f"the stage failed: {str(error).splitlines()[0]}"


def _keep(played: Sequence[Result], folder: Path) -> None:
    about = machine()
    described: dict[str, object] = {
        "last played": datetime.now(UTC).strftime("%Y-%m-%d"),
        "machine": f"{about['processor']}, {about['cores']} cores, no GPU, Python {about['python']}",
    }
    file = folder / "results.json"
    everything = results.merged(results.load(file), played, ORDER)
    results.save(everything, file, described)
    (folder / "RESULTS.md").write_text(results.table(everything, described), encoding="utf-8")


def _tell(fault: Fault, scene: Scene, outcome: Result | str) -> None:
    if isinstance(outcome, Result):
        peer = ""
        if outcome.peer is not None:
            peer = f"; handler {f'{outcome.peer.seconds:.1f} s' if outcome.peer.recovered else 'not'}"
        seconds = "" if outcome.seconds is None else f" {outcome.seconds:.1f} s"
        words = f"{'ok ' if outcome.recovered else 'NOT'}{seconds} {outcome.rung or '-'} {outcome.outcome}{peer}"
    else:
        words = f"left out: {outcome}"
    print(f"{fault.family}: {fault.name}, {scene.value}: {words}", flush=True)


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.faults", description="Break everything, and see it come back."
    )
    parser.add_argument("faults", nargs="*", metavar="fault", help="a family, or a part of a name; else all")
    parser.add_argument("--scene", choices=[scene.value for scene in Scene], help="only in this scene")
    parser.add_argument("--no-peer", action="store_true", help="without the documents' handler beside it")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="stages at a time (%(default)s)")
    parser.add_argument("--out", type=Path, default=HERE, metavar="DIR", help="where the table goes (%(default)s)")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    raise SystemExit(main())
