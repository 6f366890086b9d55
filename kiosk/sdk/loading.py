"""Whether the real engine loads the packages, and finds in them what the page uses."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kiosk.browser.generations import Generation
from kiosk.installation import part_command
from kiosk.operations.probe_process import run_probe
from kiosk.sdk.problem import Kind, SdkError

PROBE_COMMAND = part_command("kiosk.sdk.load_probe")
PATIENCE = 8.0
"""Seconds a module may take; it is loaded within one, and the vendor's core is some megabytes of WebAssembly."""
START_UP = 20.0
"""Seconds the probe itself may take besides, on a disk that is just waking up."""

BUSY, DIED = 3, 4
"""How the probe ends when the packages keep Chromium busy, or when its renderer died of them."""

_ADVICE = "Install others, or ask the vendor; the packages that were there stay in use."


@dataclass(frozen=True, slots=True)
class Loading:
    """What the engine says about one module: the names it exports, or the error for which it did not load."""

    exports: tuple[str, ...] = ()
    error: str = ""


def check_loading(
    modules: Sequence[Path],
    generation: Generation,
    environ: Mapping[str, str],
    *,
    command: Sequence[str] = PROBE_COMMAND,
    patience: float = PATIENCE,
) -> str:
    """Let the engine load the packages in its sandbox; it may not reach the network.

    Args:
        modules: the ``node_modules`` in which they are looked up.
        generation: whose packages they are.
        environ: of this process.
        command: what tries them.
        patience: seconds each module may take.

    Returns:
        The engine's version.

    Raises:
        SdkError: they do not load, lack what the page uses, or the engine does not answer.
    """
    names = generation.page_imports
    asked = json.dumps([[str(folder) for folder in modules], names, patience])
    deadline = patience * len(names) + START_UP
    try:
        ended = run_probe((*command, asked), environ, deadline)
    except OSError as error:
        raise _trouble(f"The engine cannot be started: {error.strerror or error}.") from None
    if ended is None or ended.code == BUSY:
        raise _trouble(f"The packages keep the engine busy for more than {patience * len(names):g} s.")
    if ended.code != 0:
        what = "The engine's renderer dies" if ended.code == DIED else f"The engine ends with {ended.code}"
        raise _trouble(f"{what} over the packages: {ended.last_words.rstrip('.')}.")
    try:
        report = json.loads(ended.output)
        found = {name: Loading(tuple(one["exports"]), one["error"]) for name, one in report["modules"].items()}
        chromium = str(report["chromium"])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _trouble("The engine's report cannot be read.") from None
    if complaints := judge(generation, found):
        raise _trouble(" ".join(complaints))
    return chromium


def judge(generation: Generation, found: Mapping[str, Loading]) -> list[str]:
    """A sentence for each package that cannot be used. Pure."""
    complaints = []
    for name in generation.page_imports:
        loading = found.get(name, Loading(error="it was not tried"))
        lacking = [export for export in generation.exports.get(name, ()) if export not in loading.exports]
        if loading.error:
            complaints.append(f"{name} does not load: {loading.error.rstrip('.')}.")
        elif lacking:
            complaints.append(f"{name} does not export {', '.join(lacking)}, which the page uses.")
    return complaints


def _trouble(what: str) -> SdkError:
    return SdkError(Kind.DOES_NOT_LOAD, f"{what} {_ADVICE}")
