"""The flight recorder's ring."""

from __future__ import annotations

import threading

from kiosk.operations.flight_recorder import LONGEST_TEXT, TALLY_SPAN, FlightRecorder


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def recorder(clock: Clock, **options: float) -> FlightRecorder:
    return FlightRecorder(clock=clock, unix=lambda: 1_772_357_400.0 + clock.now, **options)  # type: ignore[arg-type]


def test_entries_come_back_as_data_in_their_order() -> None:
    ring = recorder(Clock())
    ring.note("started", {"version": "1.2.3"})
    ring.note("state", {"from": "starting", "to": "idle", "reason": None, "rung": ""})
    assert ring.entries() == [
        {"n": 1, "at": "2026-03-01T09:31:40.000Z", "clock": 100.0, "kind": "started", "version": "1.2.3"},
        {"n": 2, "at": "2026-03-01T09:31:40.000Z", "clock": 100.0, "kind": "state", "from": "starting", "to": "idle"},
    ]
    assert [entry["n"] for entry in ring.entries(after=1)] == [2]


def test_what_happens_all_the_time_is_one_entry_with_its_figures() -> None:
    clock = Clock()
    ring = recorder(clock)
    for rate in (25.0, 12.5, 30.0):
        ring.tally("heartbeat", {"rate": rate})
        clock.now += 1.0
    ring.note("agent")
    ring.tally("heartbeat", {"rate": 20.0})
    heartbeat, agent = ring.entries()
    assert (heartbeat["count"], heartbeat["seconds"], heartbeat["rate"]) == (4, 3.0, [12.5, 30.0])
    assert agent["kind"] == "agent"


def test_a_tally_ends_after_its_span_and_when_it_has_been_read() -> None:
    clock = Clock()
    ring = recorder(clock)
    ring.tally("heartbeat")
    clock.now += TALLY_SPAN + 1
    ring.tally("heartbeat")
    assert [entry["count"] for entry in ring.entries()] == [1, 1]
    ring.tally("heartbeat")
    assert [entry["count"] for entry in ring.entries()] == [1, 1, 1]


def test_it_is_bounded_by_count_and_by_age() -> None:
    clock = Clock()
    ring = recorder(clock, most=3, age=60.0)
    for number in range(5):
        ring.note("event", {"number": number})
    assert [entry["number"] for entry in ring.entries()] == [2, 3, 4]
    clock.now += 61.0
    assert ring.entries() == []
    ring.note("event")
    assert [entry["n"] for entry in ring.entries()] == [6]


def test_a_long_text_loses_its_end() -> None:
    ring = recorder(Clock())
    ring.note("log", {"message": "x" * 10_000})
    assert ring.entries()[0]["message"] == "x" * LONGEST_TEXT + "…"


def test_only_what_is_grave_stirs_and_tallies_are_not_worth_waiting_for() -> None:
    ring = recorder(Clock())
    stirred: list[int] = []
    ring.stirred = lambda: stirred.append(1)
    ring.tally("heartbeat")
    assert not ring.waiting(after=0)
    ring.note("agent")
    assert ring.waiting(after=0)
    assert not stirred
    ring.note("state", grave=True)
    assert stirred == [1]
    assert not ring.waiting(after=3)


def test_threads_may_note_at_once() -> None:
    ring = recorder(Clock(), most=10_000)

    def work() -> None:
        for _ in range(1000):
            ring.note("event")
            ring.tally("beat")
            ring.entries(after=10**9)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = [entry["n"] for entry in ring.entries()]
    assert numbers == sorted(set(numbers))  # type: ignore[type-var]
    assert sum(entry["kind"] == "event" for entry in ring.entries()) == 4000
