"""A site's avatar packages that break their page on command: the fault matrix' way into the page."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path
from typing import Any, Literal

from tests.support.kiosk_process import PROJECT

BUILTIN = PROJECT / "resources" / "web" / "builtin"
SCRIPT = PROJECT / "tests" / "web" / "support" / "faulty-avatar.js"

EMPTY_WASM = b"\0asm\x01\0\0\0"
"""A module with nothing in it."""

Misdeed = Literal["block", "loop", "wipe", "eat memory", "lose context", "throw"]


class FaultyAvatar:
    """The built-in avatar's two packages, copied into a folder of their own, with a saboteur among the modules."""

    def __init__(self, folder: Path) -> None:
        """Make the packages in `folder`/sdk."""
        self.sdk = folder / "sdk"
        scope = self.sdk / "node_modules" / "@spatialwalk"
        self.package = scope / "avatarkit"
        for name in ("avatarkit", "avatarkit-rtc"):
            shutil.copytree(BUILTIN / name, scope / name)
        shutil.copy(SCRIPT, self.package)
        self._replace(
            "index.js", "export { AvatarView } from './view.js'", "export { AvatarView } from './faulty-avatar.js'"
        )
        self._command_file = self.package / "command.json"
        self._write("", 0.0, given=0.0)

    def table(self, console_url: str) -> dict[str, Any]:
        """The `[avatar]` table that leads to it; `console_url`: where session tokens come from."""
        return {
            "sdk": str(self.sdk),
            "app_id": "app_1",
            "avatar_id": "mira",
            "api_key": "avatar-key-of-some-length",
            "console_endpoint": console_url,
        }

    def do(self, misdeed: Misdeed, seconds: float = 0.0) -> None:
        """Let the page that is there now do it, within a moment.

        Args:
            misdeed: "block": a task that takes `seconds`. "loop": one that never ends. "wipe": an empty document.
                "eat memory": 100 MB more each second. "lose context": the WebGL context goes, and comes back after
                `seconds` unless they are 0. "throw": an error nobody catches.
            seconds: see there.
        """
        self._write(misdeed, seconds, given=time.time() * 1000)

    def take_away(self, file: str) -> None:
        """A file of the avatar's package is not there any more (until `give_back`), whoever asks for it."""
        (self.package / file).rename(self.package / f"{file}.away")

    def give_back(self, file: str) -> None:
        (self.package / f"{file}.away").rename(self.package / file)

    def add_wasm(self, file: str) -> None:
        """Give the package a WebAssembly file without which it cannot be initialised, like the vendor's."""
        (self.package / file).write_bytes(EMPTY_WASM)
        self._replace(
            "sdk.js",
            "    AvatarManager.shared.allowLoading(true);",
            f"    await WebAssembly.compileStreaming(fetch(new URL('./{file}', import.meta.url)));\n"
            "    AvatarManager.shared.allowLoading(true);",
        )

    def _replace(self, file: str, old: str, new: str) -> None:
        path = self.package / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{file} of the built-in avatar has changed: no {old!r} in it"
        path.write_text(text.replace(old, new), encoding="utf-8")

    def _write(self, what: str, seconds: float, *, given: float) -> None:
        draft = self._command_file.with_suffix(".draft")
        draft.write_text(json.dumps({"given": given, "what": what, "seconds": seconds}), encoding="utf-8")
        draft.replace(self._command_file)
