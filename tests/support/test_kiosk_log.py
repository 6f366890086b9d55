"""Which lines of a kiosk fail a test."""

from __future__ import annotations

import pytest

from tests.support.kiosk_process import is_unexpected

CHROMIUM = "[12:34:1120/105550.634427:{}:../../../qtwebengine/src/3rdparty/chromium/dbus/bus.cc:408] no bus"


@pytest.mark.parametrize(
    "line",
    [
        '{"level": "info", "message": "idle → connecting"}',
        CHROMIUM.format("ERROR"),
        "qt.multimedia.ffmpeg: Using Qt multimedia with FFmpeg",
        "",
    ],
)
def test_ordinary_lines_pass(line: str) -> None:
    assert not is_unexpected(line, allowed=())


@pytest.mark.parametrize(
    "line",
    [
        '{"level": "warning", "message": "connect failed"}',
        '{"level": "critical", "message": "no page"}',
        CHROMIUM.format("FATAL"),
        "Traceback (most recent call last):",
        "QObject::startTimer: Timers cannot be started from another thread",
    ],
)
def test_warnings_tracebacks_and_foreign_lines_fail(line: str) -> None:
    assert is_unexpected(line, allowed=())
    assert not is_unexpected(line, allowed=("connect failed", "no page", "FATAL", "Traceback", "startTimer"))
