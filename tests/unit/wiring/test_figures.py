"""Which figures the steps of a session lead to."""

from __future__ import annotations

from kiosk.session import events
from kiosk.session.model import Reason
from kiosk.wiring.figures import session_end
from tests.unit.session.bench import Bench


def test_a_session_counts_once_with_its_reason_and_its_length() -> None:
    bench = Bench()
    bench.live()
    before, started = bench.state, bench.now
    bench.wait(30.0)
    assert session_end(before, bench.state, bench.now) is None, "it goes on"
    before = bench.state
    assert before.session is not None
    bench.feed(events.StopRequested(Reason.COMMAND))
    ended = session_end(before, bench.state, bench.now)
    assert ended is not None
    assert ended[0] == "command"
    assert ended[1] >= bench.now - started
    assert session_end(bench.state, bench.state, bench.now) is None


def test_a_session_that_could_not_begin_counts_with_what_kept_it_from_it() -> None:
    bench = Bench()
    bench.idle()
    bench.feed(events.StartRequested("command"))
    before = bench.state
    assert before.attempt is not None
    bench.feed(events.GrantRefused(before.attempt.id, Reason.CREDENTIALS_REFUSED))
    assert session_end(before, bench.state, bench.now) == ("credentials_refused", 0.0)
