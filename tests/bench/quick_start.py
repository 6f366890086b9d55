"""The peer of `tap_to_live`: the quick start of the documents on a page, as the benchmark holds it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.bench.page_program import PageProgram
from tests.bench.page_server import PAGES
from tests.support.livekit_server import LiveKitServer
from tests.support.waiting import wait_until

READY_TIMEOUT = 30.0


class QuickStart(PageProgram):
    """A program of the kiosk's engine that shows the quick start's page.

    `steps` says when each step of the sequence was done, in Unix seconds, since the page was last loaded.
    """

    def __init__(
        self, folder: Path, server: LiveKitServer, *, room_prefix: str, environment: Mapping[str, str]
    ) -> None:
        """Start it; `wait_until_ready` waits for its page."""
        self.steps: dict[str, float] = {}
        page = PAGES / "quick_start.html"
        super().__init__("quick start", page, folder, server, room_prefix=room_prefix, environment=environment)

    def told(self, text: str, at: float) -> None:
        """The page tells each step that is done."""
        self.steps[text] = at

    def wait_until_ready(self) -> None:
        """Wait until its page is loaded and a tap would start the sequence."""
        self.wait_for_step("ready", READY_TIMEOUT)

    def wait_for_step(self, step: str, timeout: float) -> float:
        """Wait until a step is done; Unix seconds."""

        def done() -> float | None:
            failed = next((text for text in self.steps if text.startswith("failed")), None)
            assert failed is None, f"the quick start {failed}"
            return self.steps.get(step)

        return wait_until(done, f"the quick start to be {step}", timeout, details=self.process.last_lines)

    def reload(self) -> None:
        self.steps.clear()
        super().reload()
