"""The rig's screen and HTTP services."""

from __future__ import annotations

import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import jwt
import pytest

from tests.support.fake_services import Behaviour, FakeConsole, FakeTokenEndpoint
from tests.support.livekit_server import LiveKitServer
from tests.support.processes import ChildProcess
from tests.support.virtual_screen import VirtualScreen, changed_share
from tests.support.waiting import WaitedInVainError, wait_until

CLICKABLE = """
import sys
from PySide6.QtWidgets import QApplication, QPushButton
application = QApplication(sys.argv)
button = QPushButton()
button.setWindowTitle("Clickable")
button.setStyleSheet("background: #ff0000; border: none")
button.clicked.connect(lambda: button.setStyleSheet("background: #0000ff; border: none"))
button.setGeometry(application.primaryScreen().geometry())
button.show()
application.exec()
"""


@pytest.fixture
def window(screen: VirtualScreen, tmp_path: Path) -> Iterator[ChildProcess]:
    """A red window that fills the screen and turns blue when it is clicked."""
    process = ChildProcess(
        "window",
        [sys.executable, "-c", CLICKABLE],
        tmp_path / "window.log",
        environment={**os.environ, **screen.environment, "QT_QPA_PLATFORM": "xcb"},
    )
    yield process
    process.stop()


def test_a_screen_shows_what_is_on_it_and_takes_clicks(
    screen: VirtualScreen, window: ChildProcess, tmp_path: Path
) -> None:
    empty = screen.pixels()
    assert empty.shape == (screen.height, screen.width, 3)
    wait_until(lambda: screen.windows("Clickable"), "the window", details=window.last_lines)
    wait_until(lambda: _is_all(screen, (255, 0, 0)), "red", every=0.1, details=window.last_lines)
    assert changed_share(empty, screen.pixels()) == 1.0
    screen.tap()
    wait_until(lambda: _is_all(screen, (0, 0, 255)), "blue", every=0.1)
    assert screen.screenshot(tmp_path / "pictures" / "blue.png").read_bytes().startswith(b"\x89PNG")


def test_an_empty_screen_is_not_taken_for_a_painted_one(screen: VirtualScreen) -> None:
    with pytest.raises(WaitedInVainError, match="something on the screen"):
        screen.wait_for_paint(timeout=0.5)


def test_the_token_endpoint_grants_in_both_spellings(livekit_server: LiveKitServer) -> None:
    with FakeTokenEndpoint(livekit_server) as endpoint:
        answer = _post(endpoint.url, {"room_name": "lobby-1", "participant_identity": "kiosk-1"})
        claims = jwt.decode(answer["participant_token"], livekit_server.api_secret, algorithms=["HS256"])
        assert (answer["server_url"], claims["sub"], claims["video"]["room"]) == (
            livekit_server.url,
            "kiosk-1",
            "lobby-1",
        )
        endpoint.behaviour = Behaviour.CAMEL_CASE
        assert _post(endpoint.url, {}).keys() == {"serverUrl", "participantToken"}
        assert endpoint.asked[0].body["room_name"] == "lobby-1"


@pytest.mark.parametrize(
    ("behaviour", "status"), [(Behaviour.REFUSED, 401), (Behaviour.BROKEN, 500), (Behaviour.BUSY, 429)]
)
def test_services_refuse_and_break(behaviour: Behaviour, status: int) -> None:
    with FakeConsole(behaviour) as console, pytest.raises(urllib.error.HTTPError) as caught:
        _post(f"{console.url}/session-tokens", {"expireAt": 1})
    with caught.value:
        assert caught.value.code == status


def test_services_ask_for_their_headers() -> None:
    with FakeConsole(required_headers={"X-Api-Key": "right"}) as console:
        with pytest.raises(urllib.error.HTTPError) as caught:
            _post(f"{console.url}/session-tokens", {}, {"X-Api-Key": "wrong"})
        with caught.value:
            assert caught.value.code == 401
        assert _post(f"{console.url}/session-tokens", {}, {"X-Api-Key": "right"})["sessionToken"]


@pytest.mark.parametrize("behaviour", [Behaviour.GARBAGE, Behaviour.INCOMPLETE])
def test_services_answer_nonsense(behaviour: Behaviour) -> None:
    with FakeConsole(behaviour) as console:
        try:
            assert "sessionToken" not in _post(f"{console.url}/session-tokens", {})
        except ValueError:
            assert behaviour is Behaviour.GARBAGE


@pytest.mark.parametrize("behaviour", [Behaviour.SLOW, Behaviour.SILENT])
def test_services_keep_the_caller_waiting(behaviour: Behaviour) -> None:
    with FakeConsole(behaviour) as console:
        console.delay = 30.0
        with pytest.raises(TimeoutError):
            _post(f"{console.url}/session-tokens", {}, timeout=0.3)


def _is_all(screen: VirtualScreen, colour: tuple[int, int, int]) -> bool:
    return bool((screen.pixels() == colour).all())


def _post(
    url: str, body: dict[str, object], headers: dict[str, str] | None = None, *, timeout: float = 5.0
) -> dict[str, str]:
    request = urllib.request.Request(url, data=json.dumps(body).encode(), headers=headers or {})
    with urllib.request.urlopen(request, timeout=timeout) as answer:
        answered: dict[str, str] = json.load(answer)
        return answered
