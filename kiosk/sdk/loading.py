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
DEADLINE = 45.0
"""Seconds; above the probe's own limit of 30 s plus a cold start."""

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
    deadline: float = DEADLINE,
) -> str:
    """Let the engine load the packages in its sandbox; it may not reach the network.

    Args:
        modules: the ``node_modules`` in which they are looked up.
        generation: whose packages they are.
        environ: of this process.

    Returns:
        The engine's version.

    Raises:
        SdkError: they do not load, lack what the page uses, or the engine does not answer.
    """
    names = generation.page_imports
    try:
        ended = run_probe((*command, json.dumps([[str(folder) for folder in modules], names])), environ, deadline)
    except OSError as error:
        raise _trouble(f"The engine cannot be started: {error.strerror or error}.") from None
    if ended is None:
        raise _trouble(f"The packages keep the engine busy for more than {deadline:g} s.")
    if ended.code != 0:
        raise _trouble(f"The engine ends with {ended.code} over the packages: {ended.last_words}.")
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
