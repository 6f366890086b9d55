"""A program of the kiosk's engine that shows a page of the documents', as benchmarks and the fault matrix hold it."""

from __future__ import annotations

import json
import secrets
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.support.kiosk_process import PROJECT, bare_environment
from tests.support.livekit_server import LiveKitServer
from tests.support.processes import ChildProcess


class PageProgram:
    """Shows the page and is its backend: `/tokens.json` lets it into one room, another one after each `reload`."""

    def __init__(
        self,
        name: str,
        page: Path,
        folder: Path,
        server: LiveKitServer,
        *,
        room_prefix: str,
        environment: Mapping[str, str],
        url: str = "",
        wrapper: Sequence[str] = (),
    ) -> None:
        """Start it.

        Args:
            name: what a failure calls it.
            page: a file whose `{{IMPORT_MAP}}` is filled in, with its script of the same name beside it.
            folder: takes its home and its log.
            server: where it talks.
            room_prefix: how the names of its rooms begin.
            environment: what the rig's screen and sound server ask for.
            url: another way to the server.
            wrapper: a command that runs it, and that it replaces: `ip netns exec …`.
        """
        self.room = ""
        """What the present tokens are good for."""
        self.renderer_pid = 0
        """0 while none shows the page."""
        self._livekit = server
        self._url = url or server.url
        self._room_prefix = room_prefix
        home = folder / "page"
        home.mkdir()
        self.process = ChildProcess(
            name,
            [*wrapper, sys.executable, "-m", "tests.bench.page_host", str(page)],
            folder / "page.log",
            environment={**bare_environment(home, home), **environment},
            folder=PROJECT,
            pipes=True,
        )
        self._renew_tokens()
        self._reader = threading.Thread(target=self._read, name=f"what {name} tells", daemon=True)
        self._reader.start()

    def told(self, text: str, at: float) -> None:
        """The page has told something at that Unix time; called on a thread of its own."""
        raise NotImplementedError

    def reload(self) -> None:
        """End what runs on the page and load it anew."""
        self._renew_tokens()
        self._write({"do": "reload"})

    def tap(self) -> None:
        """As a visitor would, past the screen."""
        self._write({"do": "tap"})

    def stop(self) -> None:
        self.process.end()
        self._reader.join(5)
        self.process.stop()

    def _renew_tokens(self) -> None:
        """What a site's own backend would answer: a token for a new room, and the avatar's."""
        self.room = f"{self._room_prefix}{secrets.token_hex(4)}"
        token = self._livekit.token(f"visitor-{secrets.token_hex(4)}", self.room)
        answer = {"url": self._url, "token": token, "roomName": self.room, "sessionToken": secrets.token_hex(16)}
        self._write({"tokens": answer})

    def _write(self, message: Mapping[str, Any]) -> None:
        self.process.stdin.write(json.dumps(message).encode() + b"\n")
        self.process.stdin.flush()

    def _read(self) -> None:
        for line in self.process.stdout:
            message = json.loads(line)
            if "renderer" in message:
                self.renderer_pid = int(message["renderer"])
            else:
                self.told(message["told"], message["at"])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()
