"""LiveKit's own mock of a server's signalling: `cmd/test-server` of the server's module."""

from __future__ import annotations

import json
import os
import shutil
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import jwt

from tests.support import parts
from tests.support.ports import free_port
from tests.support.processes import ChildProcess
from tests.support.waiting import wait_until
from tests.support.way import Rewrite

_TOKEN = b"access_token="


def find_mock() -> str:
    """The path of the mock, from `$LIVEKIT_TEST_SERVER` or PATH; gives the test up without one."""
    for candidate in (os.environ.get("LIVEKIT_TEST_SERVER"), shutil.which("livekit-test-server")):
        if candidate and os.access(candidate, os.X_OK):
            return candidate
    parts.lacking("LiveKit's test-server (in $LIVEKIT_TEST_SERVER, or livekit-test-server on PATH)")
    raise AssertionError("unreachable")


class SignallingMock:
    """A server that signals, in one of the mock's ways, and has neither rooms nor media."""

    def __init__(self, folder: Path, api_secret: str) -> None:
        """Start it and wait until it answers; `folder` takes its log."""
        self.port = free_port()
        self.process = ChildProcess(
            "test-server",
            [find_mock(), "--bind", "127.0.0.1", "--ports", str(self.port)],
            folder / f"test-server-{self.port}.log",
            environment={"LK_TEST_SERVER_API_SECRET": api_secret},
        )
        try:
            wait_until(self._answers, "LiveKit's test-server to answer", details=self.process.last_lines)
        except AssertionError:
            self.stop()
            raise

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=1):
                return True
        except (OSError, urllib.error.URLError):
            return False

    def stop(self) -> None:
        self.process.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


def wishing(mode: str, api_secret: str) -> Rewrite:
    """Signs the token of a request anew, with the attribute by which the mock chooses what it does.

    Args:
        mode: `no_pong`, `no_first_message`, `drop_when_connected`, `leave_when_connected`, …
        api_secret: what the token is signed with.
    """

    def rewrite(head: bytes) -> bytes:
        before, mark, rest = head.partition(_TOKEN)
        if not mark:
            return head
        token = rest.split(b"&", 1)[0].split(b" ", 1)[0]
        claims = jwt.decode(token.decode(), api_secret, algorithms=["HS256"], options={"verify_exp": False})
        claims["attributes"] = {**claims.get("attributes", {}), "lk.mock": json.dumps({"signal": mode})}
        signed = jwt.encode(claims, api_secret, algorithm="HS256")
        return before + mark + quote(signed).encode() + rest[len(token) :]

    return rewrite
