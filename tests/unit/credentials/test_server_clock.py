"""A machine whose clock is off goes by the servers'."""

import logging
from datetime import UTC, datetime

import jwt
import pytest
from pydantic import SecretStr

from kiosk.credentials.grants import Visit
from kiosk.credentials.livekit_server import LiveKitServer
from kiosk.credentials.server_clock import ServerClock
from tests.support.livekit_server import LiveKitServer as RealServer
from tests.unit.credentials.services import API_KEY, Time

NOON = "Fri, 15 Jan 2027 08:00:00 GMT"
"""1,800,000,000 s of unix time."""
HOUR = 3600.0


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def clock(time: Time) -> ServerClock:
    return ServerClock(lambda: time.wall, lambda: time.monotonic)


def test_until_a_server_has_spoken_the_own_clock_counts(time: Time, clock: ServerClock) -> None:
    assert (clock.now(), clock.lead) == (time.wall, 0.0)


@pytest.mark.parametrize("off", [-HOUR, HOUR])
def test_a_clock_that_is_off_is_set_right(time: Time, clock: ServerClock, off: float) -> None:
    true = time.wall
    time.wall += off
    clock.hear(NOON)
    time.pass_by(30)
    assert clock.now() == pytest.approx(true + 30)
    assert clock.lead == pytest.approx(-off)


@pytest.mark.parametrize("jump", [-HOUR, HOUR])
def test_a_clock_that_jumps_later_changes_nothing(time: Time, clock: ServerClock, jump: float) -> None:
    clock.hear(NOON)
    time.pass_by(300)
    before = clock.now()
    time.wall += jump
    assert clock.now() == pytest.approx(before)
    time.wall -= jump
    assert clock.now() == pytest.approx(before)


@pytest.mark.parametrize("difference", [3.0, 9.0, 2 * 24 * HOUR])
def test_seconds_are_nothing_and_days_are_nobodys_business(time: Time, clock: ServerClock, difference: float) -> None:
    time.wall += difference
    clock.hear(NOON)
    assert clock.now() == time.wall


@pytest.mark.parametrize("nonsense", [None, "", "yesterday", "Fri, 99 Jan 2027 08:00:00 GMT"])
def test_nonsense_is_ignored(time: Time, clock: ServerClock, nonsense: str | None) -> None:
    clock.hear(nonsense)
    assert clock.now() == time.wall


def test_it_is_told_once_with_what_to_do(time: Time, clock: ServerClock, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    time.wall += HOUR
    clock.hear(NOON)
    clock.hear(NOON)
    time.wall -= HOUR
    clock.hear(NOON)
    warning, relief = caplog.records
    assert "3600 s ahead of the server's" in warning.getMessage()
    assert "Set it right" in warning.getMessage()
    assert (warning.levelname, relief.levelname) == ("WARNING", "INFO")


@pytest.mark.parametrize("off", [-HOUR, HOUR])
async def test_a_real_server_lets_in_who_has_the_wrong_time(livekit_server: RealServer, off: float) -> None:
    """The first call is refused; what it says about the time is enough for the second, and for every token after."""
    clock = ServerClock(lambda: datetime.now(UTC).timestamp() + off)
    server = LiveKitServer(livekit_server.url, API_KEY, SecretStr(livekit_server.api_secret), clock)
    await server.probe()
    token = server.join_token(Visit("lobby-1", "kiosk-1", "b7-1", "de"), 120.0).get_secret_value()
    await server.aclose()
    jwt.decode(token, livekit_server.api_secret, algorithms=["HS256"], leeway=5)
