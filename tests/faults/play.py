"""Playing one fault in one scene: strike, wait, mend, watch until all is well, and prove it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from kiosk.session.model import Rung
from tests.faults.fault import Fault, Scene
from tests.faults.result import PeerResult, Result
from tests.faults.stage import Stage
from tests.faults.watch import Sight, Watch, dark_seconds, steady_since, story

STEADY = 5.0
"""Seconds of being well without a break that count as well for good."""
PEER_LIMIT = 60.0
"""Seconds the peer gets; livekit-client itself gives up a lost connection after 44 to 52."""


def play(fault: Fault, scene: Scene, folder: Path, *, with_peer: bool = False) -> Result:
    """Play it on a stage of its own in an empty folder, and say what came of it."""
    with Stage(fault, scene, folder, with_peer=with_peer and fault.peer and scene is Scene.LIVE) as stage:
        return _play(fault, stage)


def _play(fault: Fault, stage: Stage) -> Result:
    watch = Watch(stage, lambda status: _well(fault, stage.scene, status))
    before = len(stage.kiosk.records())
    watch.look_until(lambda: True, 0.0)
    fault.prepare(stage)
    struck = time.monotonic()
    fault.strike(stage)
    watch.look_until(lambda: False, struck + fault.lasts)
    fault.mend(stage)
    mended = time.monotonic() if fault.lasts else struck

    def kiosk_is_well() -> bool:
        return _steady(watch.sights, mended, fault.settle, _is_well)

    def peer_is_well() -> bool:
        return _steady(watch.sights, mended, fault.settle, _peer_moves)

    recovered = watch.look_until(kiosk_is_well, mended + fault.limit)
    seconds = _recovery(watch.sights, mended, _is_well) if recovered else None
    meanwhile = [sight for sight in watch.sights if sight.at <= mended + (seconds or fault.limit) + 0.5]
    outcome = _outcome(watch.sights[-1], fault, recovered=recovered)
    if recovered:
        try:
            fault.prove(stage)
        except AssertionError as failure:
            recovered, outcome = False, f"seemed well, but: {str(failure).splitlines()[0]}"
    last_lines = [] if recovered else stage.kiosk.process.last_lines(60).splitlines()
    peer = None
    if stage.peer is not None:
        peer_recovered = watch.look_until(peer_is_well, max(mended + PEER_LIMIT, time.monotonic() + STEADY))
        peer_recovered = peer_recovered and _peer_works(fault, stage)
        peer = PeerResult(peer_recovered, _recovery(watch.sights, mended, _peer_moves) if peer_recovered else None)
    return Result(
        family=fault.family,
        fault=fault.name,
        scene=stage.scene.value,
        lasted=fault.lasts,
        recovered=recovered,
        seconds=seconds,
        outcome=outcome,
        rung=_highest_rung(stage.kiosk.records()[before:]),
        restarts=len(stage.kiosk.ends),
        story=story(meanwhile),
        dark=dark_seconds(meanwhile),
        person=fault.person,
        peer=peer,
        log=last_lines,
    )


def _peer_works(fault: Fault, stage: Stage) -> bool:
    try:
        fault.prove_peer(stage)
    except AssertionError:
        return False
    return True


def _well(fault: Fault, scene: Scene, status: dict[str, Any]) -> bool:
    if fault.well(status, scene):
        return True
    return fault.over and fault.well(status, Scene.IDLE)


def _is_well(sight: Sight) -> bool:
    return sight.well


def _peer_moves(sight: Sight) -> bool:
    return sight.peer_moving


def _steady(sights: list[Sight], mended: float, settle: float, seen: Any) -> bool:
    since = steady_since(sights, seen)
    last = sights[-1].at
    return since is not None and last - mended >= settle and last - max(since, mended) >= STEADY


def _recovery(sights: list[Sight], mended: float, seen: Any) -> float:
    since = steady_since(sights, seen)
    assert since is not None
    return max(0.0, since - mended)


def _outcome(last: Sight, fault: Fault, *, recovered: bool) -> str:
    if not recovered:
        return f"{last.state}{f' ({last.reason})' if last.reason else ''} after {fault.limit:.0f} s"
    return "live again" if last.state == "live" else "ready for the next visitor"


def _highest_rung(records: list[dict[str, Any]]) -> str | None:
    rungs = [Rung[str(record["rung"]).upper()] for record in records if record.get("rung")]
    return max(rungs).word if rungs else None
