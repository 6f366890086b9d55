"""Faults of the family `signalling`: the server is reached, and what it says is too little or wrong.

The kiosk starts well, over a way that belongs to the test; the fault is on that way.
"""

from __future__ import annotations

import time

from tests.faults.fault import Fault, Scene
from tests.faults.network import OverTheLine, VisitorMayCome
from tests.faults.stage import Plan, Stage
from tests.support.line import Condition
from tests.support.signalling_mock import SignallingMock, wishing
from tests.support.way import Passage, Way

WAY, MOCK, STRUCK = "way", "mock", "struck"

MOST_IN_THE_THIRD_MINUTE = 12
"""Connections a kiosk may make to a server that has been out for two minutes; more would be hammering."""


class OnTheWay(VisitorMayCome):
    """A fault of the way between the kiosk (and the peer) and the server."""

    family = "signalling"

    def arrange(self, plan: Plan) -> None:
        way = plan.keep(Way(plan.server.port))
        plan.things[WAY] = way
        plan.url = way.url

    def mend(self, stage: Stage) -> None:
        way_of(stage).set(Passage.OPEN)


def way_of(stage: Stage) -> Way:
    way = stage.things[WAY]
    assert isinstance(way, Way)
    return way


def let_somebody_come(stage: Stage) -> None:
    """While nobody is there, most of what is broken would go unnoticed: a visitor taps."""
    if stage.scene is Scene.IDLE:
        stage.kiosk.command("start")


class Silent(OnTheWay):
    """TCP connections are taken, and never answered."""

    peer = True

    def __init__(self, lasts: float, *, over: bool = False) -> None:
        self.name = f"server accepts TCP and stays silent for {lasts:.0f} s"
        self.lasts = lasts
        self.over = over

    def strike(self, stage: Stage) -> None:
        # Held connections are freed at the end, as by a router that lost its memory: new ones must be made.
        way_of(stage).set(Passage.SILENT)
        let_somebody_come(stage)

    def mend(self, stage: Stage) -> None:
        way_of(stage).set(Passage.OPEN, drop=True)


class LongOutage(OnTheWay):
    """Every connection is reset, for more than three minutes; the kiosk asks less and less often."""

    name = "every connection is reset for 190 s"
    lasts = 190.0
    over = True

    def strike(self, stage: Stage) -> None:
        stage.things[STRUCK] = time.monotonic()
        way_of(stage).set(Passage.RESET)
        let_somebody_come(stage)

    def prove(self, stage: Stage) -> None:
        third_minute = stage.things[STRUCK] + 120
        asked = way_of(stage).arrived_since(third_minute, third_minute + 60)
        assert asked <= MOST_IN_THE_THIRD_MINUTE, f"{asked} connections in the third minute of an outage"
        assert asked > 0, "nobody looked whether the server is back"
        super().prove(stage)


class NoFirstMessage(OnTheWay):
    """The WebSocket opens, and the answer to the join never comes."""

    name = "WebSocket opens without a first message for 20 s"
    lasts = 20.0
    peer = True
    over = True

    def strike(self, stage: Stage) -> None:
        way_of(stage).set(Passage.HANDSHAKE_ONLY, drop=True)
        let_somebody_come(stage)


class NoMediaPath(OverTheLine):
    """The server answers the join, and neither sound nor pictures get through: a firewall stops all UDP."""

    family = "signalling"
    name = "join answered, no media path for 30 s"
    lasts = 30.0
    peer = True
    over = True

    def strike(self, stage: Stage) -> None:
        self.set_line(stage, Condition(udp=False))
        let_somebody_come(stage)


class Mock(OnTheWay):
    """LiveKit's own mock takes the server's place, and has one bad habit."""

    peer = True
    lasts = 16.0  # longer than the kiosk lets a connect take
    settle = 5.0
    over = True

    def __init__(self, mode: str, habit: str, *, quick: tuple[Scene, ...] = ()) -> None:
        self.name = f"LiveKit's mock ({mode}): {habit}"
        self.mode = mode
        self.quick = quick

    def arrange(self, plan: Plan) -> None:
        super().arrange(plan)
        plan.things[MOCK] = plan.keep(SignallingMock(plan.folder, plan.server.api_secret))

    def strike(self, stage: Stage) -> None:
        way_of(stage).lead_to(stage.things[MOCK].port, rewrite=wishing(self.mode, stage.server.api_secret))
        let_somebody_come(stage)

    def mend(self, stage: Stage) -> None:
        way_of(stage).lead_to(stage.server.port)


FAULTS: tuple[Fault, ...] = (
    Silent(10.0),
    Silent(60.0, over=True),
    LongOutage(),
    NoFirstMessage(),
    NoMediaPath(),
    Mock("no_pong", "joins and never answers a ping"),
    Mock("no_first_message", "opens and never says a word", quick=(Scene.IDLE,)),
    Mock("drop_when_connected", "joins and drops the connection"),
    Mock("leave_when_connected", "joins and sends the visitor away"),
)
