"""Figures become a verdict, a row and JSON."""

import json

import pytest

from tests.bench.comparison import Comparison, Samples
from tests.bench.report import table


def compared(kiosk: tuple[float, ...], peer: tuple[float, ...], **more: object) -> Comparison:
    return Comparison("speed", "start → painted", "s", Samples(kiosk), Samples(peer), "the other", **more)  # type: ignore[arg-type]


def test_medians_are_compared_not_means() -> None:
    assert compared((1.0, 1.0, 9.0), (2.0, 2.0, 0.1)).ratio == 0.5


@pytest.mark.parametrize(
    ("goal", "limit", "reached"),
    [(0.5, None, True), (0.4, None, False), (None, None, None), (0.5, 0.9, False), (0.5, 1.0, True), (None, 2.0, True)],
)
def test_a_goal_is_met_by_the_ratio_and_a_limit_by_the_kiosk_alone(
    goal: float | None, limit: float | None, *, reached: bool | None
) -> None:
    assert compared((1.0,), (2.0,), goal=goal, limit=limit).reached is reached


@pytest.mark.parametrize("peer", [(), (0.0,)])
def test_without_a_peers_figure_there_is_no_verdict(peer: tuple[float, ...]) -> None:
    comparison = compared((1.0,), peer, goal=1.0)
    assert comparison.ratio is None
    assert comparison.reached is None


def test_the_table_shows_figures_verdicts_and_why_a_peer_is_missing() -> None:
    text = table(
        [
            compared((1.0, 3.0, 2.0), (4.0,), goal=1.0),
            compared((2.0,), (1.0,), goal=1.0),
            compared((2.0,), (), goal=1.0, remarks=("There is no other.",)),
        ]
    )
    lines = text.splitlines()
    assert len({len(line) for line in lines[:5]}) == 1, "the columns are aligned"
    assert "2.00 s (1.00 to 3.00)" in lines[2]
    assert "≤ 1: reached" in lines[2]
    assert "≤ 1: MISSED" in lines[3]
    assert lines[4].split("|")[3].strip() == "–"
    assert "speed: the peer is the other." in lines
    assert lines[-1] == "There is no other."


def test_json_keeps_every_sample() -> None:
    kept = json.loads(json.dumps(compared((1.0, 3.0, 2.0), (4.0,), goal=1.0).as_json()))
    assert kept["kiosk"] == {"samples": [1.0, 3.0, 2.0], "min": 1.0, "median": 2.0, "max": 3.0}
    assert kept["peer"]["name"] == "the other"
    assert kept["ratio"] == 0.5
    assert kept["reached"] is True
