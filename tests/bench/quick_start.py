"""The peer of `tap_to_live`: the quick start of the documents on a page, as the benchmark holds it."""

from __future__ import annotations

import json
import secrets
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from kiosk.browser.resources import WebRoots
from tests.bench.page_server import PAGES, PageServer, import_map
from tests.support.kiosk_process import PROJECT, bare_environment
from tests.support.livekit_server import LiveKitServer
from tests.support.processes import ChildProcess
from tests.support.waiting import wait_until

READY_TIMEOUT = 30.0


class QuickStart:
    """A program of the kiosk's engine that shows the quick start's page, and the server behind that page.

    `steps` says when each step of the sequence was done, in Unix seconds, since the page was last loaded.
    """

    def __init__(
        self, folder: Path, roots: WebRoots, server: LiveKitServer, *, room_prefix: str, environment: Mapping[str, str]
    ) -> None:
        """Start it; `wait_until_ready` waits for its page."""
        self.steps: dict[str, float] = {}
        self._livekit = server
        self._room_prefix = room_prefix
        page = (PAGES / "quick_start.html").read_text(encoding="utf-8").replace("{{IMPORT_MAP}}", import_map(roots))
        script = (PAGES / "quick_start.js").read_bytes()
        self._pages = PageServer(
            roots,
            {"/quick_start.html": page.encode, "/quick_start.js": lambda: script, "/tokens.json": self._tokens},
        )
        home = folder / "quick-start"
        home.mkdir()
        self.process = ChildProcess(
            "quick start",
            [sys.executable, "-m", "tests.bench.quick_start_host", f"{self._pages.origin}/quick_start.html"],
            folder / "quick-start.log",
            environment={**bare_environment(home, home), **environment},
            folder=PROJECT,
            pipes=True,
        )
        self._reader = threading.Thread(target=self._read, name="quick start's steps", daemon=True)
        self._reader.start()

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
        """End what runs on the page and load it anew."""
        self.steps.clear()
        self.process.stdin.write(b"reload\n")
        self.process.stdin.flush()

    def stop(self) -> None:
        self.process.end()
        self._reader.join(5)
        self.process.stop()
        self._pages.stop()

    def _tokens(self) -> bytes:
        """What a site's own backend would answer: a token for a new room, and the avatar's."""
        room = f"{self._room_prefix}{secrets.token_hex(4)}"
        token = self._livekit.token(f"visitor-{secrets.token_hex(4)}", room)
        answer = {"url": self._livekit.url, "token": token, "roomName": room, "sessionToken": secrets.token_hex(16)}
        return json.dumps(answer).encode()

    def _read(self) -> None:
        for line in self.process.stdout:
            told = json.loads(line)
            self.steps[told["step"]] = told["at"]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()
