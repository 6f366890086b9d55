"""The documents' own `stalled` handler on a page, in a view like the kiosk's: what the matrix is compared with."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.bench.page_program import PageProgram
from tests.faults.fault import MOVING
from tests.support.livekit_server import LiveKitServer
from tests.support.voice_agent import VoiceAgent
from tests.support.waiting import wait_until

PAGE = Path(__file__).with_name("pages") / "stalled_handler.html"

LOOK_BACK = 0.75
"""Seconds whose pictures say whether the avatar moves: the page tells how many came about four times a second."""
READY_TIMEOUT = 40.0
LIVE_TIMEOUT = 40.0


class Peer(PageProgram):
    """A program of the kiosk's engine that shows the documents' complete example, as it is written there."""

    def __init__(
        self,
        folder: Path,
        server: LiveKitServer,
        agent: VoiceAgent,
        *,
        url: str,
        room_prefix: str,
        environment: Mapping[str, str],
        wrapper: Sequence[str] = (),
    ) -> None:
        """Start it; `go_live` waits for its page, too."""
        self.agent = agent
        self.connection = ""
        """The player's connection state, as the page told it last."""
        self._words: list[str] = []
        self._pictures: deque[tuple[float, int]] = deque(maxlen=64)
        super().__init__(
            "peer", PAGE, folder, server, room_prefix=room_prefix, environment=environment, url=url, wrapper=wrapper
        )

    def told(self, text: str, at: float) -> None:
        """`ready`, `failed …`, or `<pictures since the last time> <connection state>`."""
        first, _, rest = text.partition(" ")
        if first.isdigit():
            self._pictures.append((at, int(first)))
            self.connection = rest
        else:
            self._words.append(text)

    def go_live(self) -> None:
        """Tap it, and wait until its avatar moves."""
        wait_until(lambda: "ready" in self._words, "the peer's page", READY_TIMEOUT, details=self.process.last_lines)
        self.tap()
        wait_until(lambda: self.moving, "the peer's avatar to move", LIVE_TIMEOUT, details=self.report)

    @property
    def moving(self) -> bool:
        """Whether pictures of the avatar's motion arrive just now; not while its page tells nothing."""
        now = time.time()
        told = [(at, pictures) for at, pictures in list(self._pictures) if at > now - LOOK_BACK]
        return sum(pictures for _, pictures in told) >= MOVING * LOOK_BACK

    def report(self) -> str:
        """What a failure wants to know about it."""
        return f"{self._words} {self.connection}\n{self.process.last_lines()}"
