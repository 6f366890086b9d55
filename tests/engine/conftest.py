from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.engine.engine import Engine, write_page
from tests.support.virtual_screen import VirtualScreen


@pytest.fixture(scope="module")
def wall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VirtualScreen]:
    """A screen that the tests of a module share, one after the other."""
    with VirtualScreen(tmp_path_factory.mktemp("wall")) as screen:
        yield screen


@pytest.fixture(scope="module")
def shared_engine(wall: VirtualScreen, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One browser for all tests of a module that leave it as they found it."""
    folder = tmp_path_factory.mktemp("shared")
    engine = Engine(folder, wall, write_page(folder / "web"), "--chromium=--use-fake-device-for-media-stream")
    try:
        engine.load()
        yield engine
        engine.stop()
    finally:
        engine.kill()


@pytest.fixture
def start_engine(wall: VirtualScreen, tmp_path: Path) -> Iterator[Callable[..., Engine]]:
    """Starts browsers of the test's own; each has to end well."""
    started: list[Engine] = []

    def start(web: Path | None = None, *arguments: str, **options: object) -> Engine:
        engine = Engine(tmp_path, wall, web or write_page(tmp_path / "web"), *arguments, **options)  # type: ignore[arg-type]
        started.append(engine)
        return engine

    try:
        yield start
        for engine in started:
            engine.stop()
    finally:
        for engine in started:
            engine.kill()
