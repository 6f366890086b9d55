"""Asks the engine: starts the probe with the kiosk's own arguments, bounds it, reads its report. No Qt."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, MutableMapping, Sequence

from kiosk.audio.ranking import AudioDevice
from kiosk.installation import part_command
from kiosk.operations.doctor.facts import Engine, Screen, WebGl
from kiosk.operations.doctor.findings import Untold
from kiosk.operations.doctor.judge_engine import NO_SCREEN, Gpu
from kiosk.operations.probe_process import run_probe

PROBE_COMMAND = part_command("kiosk.operations.doctor.engine_probe")
DEADLINE = 20.0
"""Seconds; above the probe's own limit of 15 s."""

Prepare = Callable[[Gpu, MutableMapping[str, str]], Sequence[str]]
"""The kiosk's own way to start the engine: cleans an environment in place, and returns the arguments; the first is the
program's name. Handed in, because the doctor does not know the browser."""

_ADVICE = "See the lines on software and libraries; avatar-kiosk --windowed 540x960 shows what Qt says."


def ask_engine(
    environ: Mapping[str, str],
    gpu: Gpu,
    prepare: Prepare,
    *,
    command: Sequence[str] = PROBE_COMMAND,
    deadline: float = DEADLINE,
) -> tuple[Engine | Untold, Untold | None]:
    """What the engine can do on the screen that `environ` names; without one it is tried without a screen.

    Returns:
        The facts, and why they are not those of the screen that `environ` names; None: they are.
    """
    variables = dict(environ)
    arguments = prepare(gpu, variables)[1:]
    whole = (*command, *arguments)
    if not (variables.get("DISPLAY") or variables.get("WAYLAND_DISPLAY")):
        return _probe(whole, {**variables, "QT_QPA_PLATFORM": NO_SCREEN}, deadline), None
    on_screen = _probe(whole, variables, deadline)
    if not isinstance(on_screen, Untold):
        return on_screen, None
    # A screen that does not answer ends the probe before it can look at anything else.
    without = _probe(whole, {**variables, "QT_QPA_PLATFORM": NO_SCREEN}, deadline)
    return (on_screen, None) if isinstance(without, Untold) else (without, on_screen)


def _probe(command: Sequence[str], environ: Mapping[str, str], deadline: float) -> Engine | Untold:
    try:
        ended = run_probe(command, environ, deadline)
    except OSError as error:
        return Untold(f"the engine cannot be started: {error.strerror or error}", fault=True, advice=_ADVICE)
    if ended is None:
        return Untold(f"the engine does not answer within {deadline:g} s", fault=True, advice=_ADVICE)
    if ended.code != 0:
        return Untold(f"the engine ends with {ended.code}: {ended.last_words}", fault=True, advice=_ADVICE)
    try:
        return _read(json.loads(ended.output))
    except (ValueError, KeyError, TypeError):
        return Untold("the engine's report cannot be read", fault=True, advice=_ADVICE)


def _read(report: Mapping[str, object]) -> Engine:
    webgl2, screens, outputs = report["webgl2"], report["screens"], report["outputs"]
    return Engine(
        platform=str(report["platform"]),
        screens=tuple(Screen(**screen) for screen in screens),  # type: ignore[attr-defined]  # our own child wrote it
        webgl2=None if webgl2 is None else WebGl(**webgl2),  # type: ignore[arg-type]  # the same
        script_transform=report["script_transform"] is True,
        encoded_streams=report["encoded_streams"] is True,
        outputs=tuple(AudioDevice(**device) for device in outputs),  # type: ignore[attr-defined]  # the same
    )
