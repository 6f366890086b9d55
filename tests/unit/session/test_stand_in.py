"""The built-in avatar in the configured one's place: not for longer than it must be."""

from __future__ import annotations

from kiosk.session import messages
from kiosk.session.events import Began, Probed, RebuildPage
from kiosk.session.model import Phase, Policy, Timer
from tests.unit.session.bench import FEATURES, PAGE, Bench


def page_up(bench: Bench, *, fallback: bool) -> None:
    cause = "skin.json answered 404" if fallback else ""
    sdk = "builtin" if fallback else "/opt/sdk"
    bench.feed(
        messages.Hello(page=PAGE, v=1, livekit_client="2.16.1", chromium="140", features=FEATURES),
        messages.Prepared(page=PAGE, sdk=sdk, fallback=fallback, fallback_cause=cause),
        Probed(),
    )


def standing_in(policy: Policy) -> Bench:
    bench = Bench(policy)
    bench.feed(Began())
    page_up(bench, fallback=True)
    bench.effects.clear()
    return bench


def test_the_configured_avatar_is_tried_again_more_and_more_seldom_and_stays_once_it_is_back() -> None:
    bench = standing_in(Policy(stand_in_initial=20.0, stand_in_max=60.0))
    for pause in (20.0, 40.0, 60.0, 60.0):
        bench.wait(pause - 1.0)
        assert bench.take(RebuildPage) == [], f"sooner than {pause} s"
        bench.wait(2.0)
        assert len(bench.take(RebuildPage)) == 1, f"not within {pause} s"
        page_up(bench, fallback=True)
        bench.wait(0.0)
    bench.wait(61.0)
    page_up(bench, fallback=False)
    assert bench.state.phase is Phase.IDLE
    assert bench.state.timers[Timer.RECYCLE] - bench.now > 3600.0


def test_a_visitor_is_not_interrupted_for_a_nicer_face() -> None:
    bench = standing_in(Policy(stand_in_initial=20.0, idle_timeout=600.0))
    bench.tap()
    bench.join()
    bench.take(RebuildPage)
    bench.wait(120.0)
    assert bench.state.phase is Phase.LIVE
    assert bench.take(RebuildPage) == []
    assert Timer.RECYCLE in bench.state.timers
