"""The browser process as a test sees it: do something, wait for what comes of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.support import parts
from tests.support.processes import ChildProcess
from tests.support.virtual_screen import VirtualScreen
from tests.support.waiting import wait_until

PROJECT = Path(__file__).resolve().parents[2]
LOAD_TIMEOUT = 20.0

HARNESS = """
const number = Number(new URLSearchParams(location.search).get("page"));
window.marker = Math.random();
window.heard = [];
window.keys = [];
window.presses = [];
window.addEventListener("pointerdown", (event) => window.presses.push(event.button), true);
window.addEventListener("keydown", (event) => window.keys.push(event.key), true);
new QWebChannel(qt.webChannelTransport, (channel) => {
  window.kiosk = channel.objects.kiosk;
  window.say = (message) => window.kiosk.post(JSON.stringify({ page: number, ...message }));
  window.kiosk.deliver.connect((text) => window.heard.push(text));
  document.getElementById("surface").addEventListener("click", async () => {
    const attempt = window.onTap;
    window.onTap = null;
    if (attempt) window.tapped = { value: await attempt() };
  });
  window.say({ type: "hello" });
});
"""

PAGE = """<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Engine test</title>
    <link rel="stylesheet" href="style.css" />
    <script type="importmap" data-kiosk></script>
    <script src="qwebchannel.js"></script>
    %s
    <script type="module" src="harness.js"></script>
  </head>
  <body><div id="surface"><h1>Engine test</h1></div></body>
</html>
"""

STYLE = "body { margin: 0; background: #1d4d3f; color: #fff } #surface { position: fixed; inset: 0 }"


def write_page(folder: Path, *, head: str = "") -> Path:
    """A page that says hello, keeps what it is told, and does on a tap what `window.onTap` says."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "index.html").write_text(PAGE % head)
    (folder / "harness.js").write_text(HARNESS)
    (folder / "style.css").write_text(STYLE)
    return folder


class Engine:
    """One running browser process."""

    def __init__(
        self,
        folder: Path,
        screen: VirtualScreen,
        web: Path,
        *arguments: str,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.screen = screen
        self.web = web
        self.events: list[dict[str, Any]] = []
        self._commands = 0
        surroundings = {key: value for key, value in os.environ.items() if not key.startswith("QTWEBENGINE")}
        self.process = ChildProcess(
            "browser",
            [sys.executable, "-m", "tests.engine.browser_process", str(web), *arguments],
            folder / "browser.log",
            environment={**surroundings, **screen.environment, **(environment or {})},
            folder=PROJECT,
            pipes=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.wait("ready", LOAD_TIMEOUT)
        self.wait_for_curtain(down=False)

    def _read(self) -> None:
        for line in self.process.stdout:
            self.events.append(json.loads(line))

    def command(self, name: str, **values: object) -> Any:
        """Have something done; returns when it is."""
        self._commands += 1
        number = self._commands
        line = json.dumps({"do": name, "id": number, **values}) + "\n"
        self.process.stdin.write(line.encode())
        self.process.stdin.flush()
        return self.wait("done", id=number)["answer"]

    def look(self) -> dict[str, Any]:
        answer: dict[str, Any] = self.command("look")
        return answer

    def wait(self, event: str, timeout: float = 10.0, *, since: int = 0, **values: object) -> dict[str, Any]:
        """The first event of this name, with these values, after the first `since` events."""

        def find() -> dict[str, Any] | None:
            for entry in self.events[since:]:
                if entry["event"] == event and all(entry.get(key) == value for key, value in values.items()):
                    return entry
            return None

        return wait_until(find, f"{event} {values}", timeout, details=lambda: self._story(since))

    def xdotool(self, *arguments: str) -> None:
        """What the screen's own methods have no word for."""
        environment = {**os.environ, **self.screen.environment}
        subprocess.run([parts.program("xdotool"), *arguments], env=environment, check=True)

    def wait_for_curtain(self, *, down: bool) -> None:
        wait_until(lambda: self.look()["curtain"] is down, f"the curtain, down={down}", details=self.process.last_lines)

    def wait_blocked(self, beginning: str, *, since: int = 0) -> str:
        """The first refusal that begins like this."""

        def find() -> str | None:
            return next(
                (
                    entry["what"]
                    for entry in self.events[since:]
                    if entry["event"] == "blocked" and entry["what"].startswith(beginning)
                ),
                None,
            )

        return wait_until(find, f"a refused {beginning}", details=lambda: self._story(since))

    def load(self, command: str = "load", **values: object) -> int:
        """Load, reload or rebuild, and wait until the new page has said hello; returns its number."""
        since = len(self.events)
        self.command(command, **values)
        number: int = self.look()["page_number"]
        self.wait("message", LOAD_TIMEOUT, since=since, type="hello", page=number)
        # What is not painted yet cannot be touched.
        self.evaluate("new Promise((ok) => requestAnimationFrame(() => requestAnimationFrame(() => ok(true))))")
        return number

    def run(self, script: str) -> None:
        """Run statements in the page, as the browser itself would: no policy holds them up."""
        self.command("run", script=script)

    def evaluate(self, expression: str, timeout: float = 10.0) -> Any:
        """The value of an expression in the page, awaited; a string "Name: message" if it throws."""
        self._commands += 1
        mark = f"answer-{self._commands}"
        self.run(
            f"""(async () => {{
              let value = null;
              try {{
                value = (await (async () => ({expression}))()) ?? null;
              }} catch (error) {{
                value = `${{error.name}}: ${{error.message}}`;
              }}
              window.say({{ type: "answer", mark: "{mark}", value }});
            }})()"""
        )
        return self.wait("message", timeout, type="answer", mark=mark)["value"]

    def tap(self, attempt: str) -> Any:
        """Do `attempt` (a function body) when the visitor touches the page, touch it, and return its value."""
        self.run(f"window.tapped = null; window.onTap = async () => {{ {attempt} }};")
        assert self.evaluate("typeof window.onTap") == "function"

        def arrived() -> bool:
            # Chromium drops what comes before its first frames are wired up; so would a visitor, tap again.
            self.screen.tap()
            return bool(self.evaluate("window.onTap === null"))

        wait_until(arrived, "a tap to arrive", every=0.3)
        return self.evaluate(
            """new Promise((resolve) => {
              const look = () => (window.tapped ? resolve(window.tapped.value) : setTimeout(look, 20));
              look();
            })"""
        )

    def _story(self, since: int) -> str:
        events = "\n".join(str(event) for event in self.events[since:])
        return f"{events}\n{self.process.last_lines(8)}"

    def log(self) -> str:
        return self.process.output()

    def stop(self) -> None:
        """End it as the kiosk ends: everything deleted in order, nothing said about it."""
        if self.process.running:
            self.command("quit")
            code = self.process.wait(10)
            assert code == 0, self.process.last_lines()
            assert "Traceback" not in self.log(), self.process.last_lines()
            assert "ERROR kiosk.browser.bridge" not in self.log(), self.process.last_lines()
        self.process.stop()

    def kill(self) -> None:
        self.process.stop()


def arguments(flag: str, values: Sequence[object]) -> list[str]:
    return [f"{flag}={value}" for value in values]
