"""The whole examination: gathers all facts, several at a time, and judges them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from kiosk.audio.server import sound_server_answers
from kiosk.config import Loaded, Settings, find_config, load_settings, state_folder
from kiosk.credentials.build import SessionTokens
from kiosk.operations.doctor.engine import Prepare, ask_engine
from kiosk.operations.doctor.facts import Engine
from kiosk.operations.doctor.findings import Finding, Untold
from kiosk.operations.doctor.judge_engine import (
    judge_blanking,
    judge_graphics,
    judge_microphone,
    judge_screen,
    judge_speaker,
    judge_transforms,
)
from kiosk.operations.doctor.judge_machine import (
    judge_configuration,
    judge_disk,
    judge_kiosk,
    judge_libraries,
    judge_service,
    judge_software,
)
from kiosk.operations.doctor.judge_network import judge_clock, judge_network
from kiosk.operations.doctor.machine import disk, graphics_cards, library_gaps
from kiosk.operations.doctor.network import ways
from kiosk.operations.doctor.running import Running, in_its_surroundings, running_kiosk
from kiosk.operations.doctor.screen import blanking
from kiosk.operations.doctor.service import service
from kiosk.operations.doctor.sound import hearing, output
from kiosk.operations.versions import versions

TokenGiver = Callable[[Settings], SessionTokens]

_OWN_VARIABLES = "AVATAR_KIOSK_"

_SERVING = Untold(
    "a visitor is being served, and it would take their processor", advice="Ask again when nobody is there."
)


@dataclass(frozen=True, slots=True)
class _Machine:
    """What everything else is asked with."""

    running: Running
    loaded: Loaded
    environ: Mapping[str, str]
    prepare: Prepare


def examine(file: Path | None, environ: Mapping[str, str], prepare: Prepare, giver: TokenGiver) -> list[Finding]:
    """Look at everything; takes some seconds.

    Args:
        file: the configuration; None: the running kiosk's, or the one a kiosk would take.
        environ: the caller's environment.
        prepare: see `engine.Prepare`.
        giver: who gives the session tokens of the avatar that the settings describe.
    """
    running = running_kiosk(environ)
    machine = _Machine(running, _settings(file, environ, running), in_its_surroundings(environ, running), prepare)
    settings = machine.loaded.settings
    with ThreadPoolExecutor() as pool:
        network = pool.submit(lambda: asyncio.run(ways(settings, giver(settings))))
        libraries = pool.submit(library_gaps, machine.environ)
        engine, on_screen = _engine(machine)
        heard = hearing(running, settings.microphone.device, machine.environ)
        speaker = settings.speaker.device
        return [
            judge_configuration(machine.loaded),
            judge_kiosk(running.status),
            judge_software(versions()),
            judge_libraries(libraries.result()),
            judge_screen(on_screen, settings.display.screen),
            judge_blanking(blanking(machine.environ), running=running.process is not None),
            judge_graphics(engine, graphics_cards(), settings.display.gpu),
            judge_transforms(engine),
            judge_microphone(heard),
            judge_speaker(
                engine, speaker, output(engine, speaker, machine.environ), sound_server_answers(machine.environ)
            ),
            *_disks(machine.loaded),
            judge_service(service(running, machine.environ)),
            *judge_network(network.result()),
            judge_clock(network.result()),
        ]


def _settings(file: Path | None, environ: Mapping[str, str], running: Running) -> Loaded:
    """As the running kiosk reads them: its service manager may have handed it secrets, or another file."""
    told = {name: value for name, value in running.environ.items() if name.startswith(_OWN_VARIABLES)}
    return load_settings(file or running.config or find_config(None, {**environ, **told}), {**environ, **told})


def _engine(machine: _Machine) -> tuple[Engine | Untold, Engine | Untold]:
    """What the engine can do, and the same as far as it is about the screen."""
    if machine.running.serving:
        return _SERVING, _SERVING
    engine, unreached = ask_engine(machine.environ, machine.loaded.settings.display.gpu, machine.prepare)
    return engine, unreached or engine


def _disks(loaded: Loaded) -> Iterator[Finding]:
    log = loaded.settings.log.file
    for purpose, folder in (("the kiosk's notes", state_folder()), ("the log", log.parent if log else None)):
        if folder is None:
            continue
        try:
            yield judge_disk(disk(purpose, folder))
        except OSError as error:
            yield Untold(f"{folder} cannot be looked at: {error.strerror}", fault=True).finding(f"disk for {purpose}")
