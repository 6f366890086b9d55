from __future__ import annotations

from kiosk.browser.throttle import Throttle


def test_so_many_a_second_pass() -> None:
    now = 0.0
    throttle = Throttle(3, lambda: now)
    assert [throttle.admits() for _ in range(5)] == [True, True, True, False, False]
    now = 0.99
    assert not throttle.admits()
    now = 1.0
    assert throttle.admits()
