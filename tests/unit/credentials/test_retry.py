import email.utils
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.credentials.retry import RetryPolicy, parse_retry_after

NOW = 1_800_000_000.0


def test_a_few_tries_with_growing_pauses_then_none() -> None:
    policy = RetryPolicy(chance=lambda: 0.0)
    elapsed = 0.0
    delays: list[float] = []
    while (delay := policy.delay(len(delays) + 1, elapsed, None)) is not None:
        delays.append(delay)
        elapsed += delay
    assert delays == pytest.approx([0.3, 0.6, 1.2])


def test_the_other_side_is_heard_as_long_as_it_asks_for_little() -> None:
    policy = RetryPolicy(chance=lambda: 0.0)
    assert policy.delay(1, 0.0, 2.0) == 2.0
    assert policy.delay(1, 0.0, 30.0) is None
    assert policy.delay(1, 3.0, 2.0) is None


@given(st.integers(1, 50), st.floats(0, 100), st.none() | st.floats(0, 3600), st.floats(0, 1))
def test_no_try_begins_after_the_window(failures: int, elapsed: float, advice: float | None, chance: float) -> None:
    policy = RetryPolicy(chance=lambda: chance)
    delay = policy.delay(failures, elapsed, advice)
    if delay is not None:
        assert delay >= policy.first_delay
        assert delay >= (advice or 0)
        assert elapsed + delay <= policy.window


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("7", 7.0),
        ("0.5", 0.5),
        ("-3", 0.0),
        ("999999", 3600.0),
        (email.utils.format_datetime(datetime.fromtimestamp(NOW + 42, UTC), usegmt=True), 42.0),
        (email.utils.format_datetime(datetime.fromtimestamp(NOW - 42, UTC), usegmt=True), 0.0),
        ("soon", None),
        ("", None),
        ("nan", None),
    ],
)
def test_retry_after(header: str | None, seconds: float | None) -> None:
    assert parse_retry_after(header, NOW) == seconds


@given(st.text())
def test_no_header_breaks_it(header: str) -> None:
    seconds = parse_retry_after(header, NOW)
    assert seconds is None or 0 <= seconds <= 3600
