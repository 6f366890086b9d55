"""A registry that npm can ask, on this machine, with the packages that a test gives it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import unquote

from tests.support.npm_packages import NpmPackage, integrity


class NpmRegistry:
    """Answers while it is entered. What it does wrong may be changed at any time."""

    def __init__(self, packages: Iterable[NpmPackage] = ()) -> None:
        self.packages = list(packages)
        self.asked: list[str] = []
        """The paths of all requests."""
        self.refuses = 0
        """The status with which it answers everything; 0: it answers well."""
        self.without_checksums = False
        self.instead: dict[str, bytes] = {}
        """What it sends in the place of a tarball, by the package's `spec`."""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/"

    def environment(self, home: Path, environ: Mapping[str, str]) -> dict[str, str]:
        """`environ` with an npm that asks this registry, and knows nothing of this user's settings and cache."""
        kept = {name: value for name, value in environ.items() if not name.lower().startswith("npm_config_")}
        return {
            **kept,
            "HOME": str(home),
            "npm_config_registry": self.url,
            "npm_config_cache": str(home / "npm-cache"),
            "npm_config_userconfig": str(home / "npmrc"),
            "npm_config_globalconfig": str(home / "npmrc-of-all"),
        }

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, path: str) -> tuple[int, bytes]:
        """Status and body of an answer."""
        self.asked.append(path)
        if self.refuses:
            return self.refuses, b"{}"
        if path.startswith("/-/"):
            spec = path.removeprefix("/-/").removesuffix(".tgz")
            one = next((one for one in self.packages if one.spec == spec), None)
            return (200, self.instead.get(spec, one.packed())) if one else (404, b"{}")
        versions = {one.version: self._entry(one) for one in self.packages if one.name == path.removeprefix("/")}
        if not versions:
            return 404, b'{"error": "not found"}'
        newest = list(versions)[-1]
        return 200, json.dumps({"name": path[1:], "dist-tags": {"latest": newest}, "versions": versions}).encode()

    def _entry(self, one: NpmPackage) -> dict[str, object]:
        dist: dict[str, object] = {"tarball": f"{self.url}-/{one.spec}.tgz"}
        if not self.without_checksums:
            dist["integrity"] = integrity(one.packed())
        return {**one.manifest, "dist": dist}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        registry = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, body = registry.answer(unquote(self.path))
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        return Handler
