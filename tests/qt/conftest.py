"""Qt in the tests' own process, on a screen of the tests' own."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from PySide6.QtGui import QGuiApplication

from tests.support.virtual_screen import VirtualScreen


@pytest.fixture(scope="session")
def wall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VirtualScreen]:
    """The screen of every window here: Qt opens its display once in a process."""
    with VirtualScreen(tmp_path_factory.mktemp("wall"), 600, 800) as screen:
        yield screen


@pytest.fixture(scope="session")
def qapp_cls() -> type[QGuiApplication]:
    """The kiosk has no widgets."""
    return QGuiApplication


@pytest.fixture(scope="session")
def qapp(wall: VirtualScreen, qapp_args: list[str]) -> Iterator[QGuiApplication]:
    os.environ["DISPLAY"] = wall.display
    os.environ["QT_QPA_PLATFORM"] = "xcb"
    application = QGuiApplication(qapp_args)
    application.setQuitOnLastWindowClosed(False)
    yield application
    application.shutdown()
