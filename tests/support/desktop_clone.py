"""A copy of the set-up's scripts that prepares nothing and starts stand-ins."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.support.kiosk_process import PROJECT

PAGE = "resources/web"
PAGE_LISTS = ("package.json", "package-lock.json")


class Clone:
    """The scripts in a folder of any name, and a user with a home of its own."""

    def __init__(self, folder: Path, home: Path) -> None:
        """Copy them.

        Args:
            folder: the clone's; it is made.
            home: the user's; it is made, and so is a folder of programs beside it.
        """
        self.folder, self.home = folder, home
        for part in ("packaging/lib", "packaging/desktop", "resources/icons"):
            shutil.copytree(PROJECT / part, folder / part)
        home.mkdir()
        self.tools = home.parent / "tools"
        self.tools.mkdir()
        self.environment = {
            "PATH": f"{self.tools}:{os.environ['PATH']}",
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(home),
        }
        self.runs('printf "%s\\n" "$0" "$@" "${KIOSK_PYTHON:-}" >"$HOME/started"')

    def runs(self, script: str) -> None:
        """Let packaging/run be this."""
        stand_in(self.folder / "packaging" / "run", script)

    def has(self, program: str, script: str) -> None:
        """Install this program."""
        stand_in(self.tools / program, script)

    def shortcut(self, function: str, **environment: str) -> str:
        """Call a function of shortcut.sh, and return what it says."""
        script = f'set -euo pipefail; . "$1/packaging/lib/common.sh"; . "$1/packaging/lib/shortcut.sh"; {function}'
        return self._ask(["bash", "-c", script, "test", str(self.folder)], environment).stderr

    def launch(self, *arguments: str) -> int:
        """Open the icon; the exit code."""
        command = [str(self.folder / "packaging" / "desktop" / "launch"), *arguments]
        return subprocess.run(command, env=self.environment, check=False).returncode

    @property
    def icon(self) -> Path:
        return self.home / "Desktop" / "avatar-kiosk.desktop"

    @property
    def in_menu(self) -> Path:
        return self.home / ".local" / "share" / "applications" / "avatar-kiosk.desktop"

    @property
    def log(self) -> Path:
        return self.home / ".local" / "state" / "avatar-kiosk" / "icon.log"

    def files(self) -> dict[Path, bytes]:
        """Every file of the home but gvfs's own, and what is in it."""
        return {
            file: file.read_bytes()
            for file in self.home.rglob("*")
            if file.is_file() and "gvfs-metadata" not in file.parts and file.name != "mimeinfo.cache"
        }

    def prepare(self, kiosk: str) -> None:
        """Let everything look prepared, with this script for the kiosk, and with the real packaging/run."""
        shutil.copy(PROJECT / "packaging" / "run", self.folder / "packaging" / "run")
        for file in ("pyproject.toml", "packaging/constraints.txt", *(f"{PAGE}/{name}" for name in PAGE_LISTS)):
            (self.folder / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(PROJECT / file, self.folder / file)
        shutil.copy(PROJECT / "resources" / "system-libraries.txt", self.folder / "resources")
        (self.folder / ".venv" / "bin").mkdir(parents=True)
        (self.folder / PAGE / "node_modules").mkdir()
        stand_in(self.folder / ".venv" / "bin" / "python", 'echo "$*" >>"$HOME/asked"')
        stand_in(self.folder / ".venv" / "bin" / "avatar-kiosk", kiosk)
        for program in ("apt-get", "apt-cache"):
            self.has(program, "")  # nothing is installed on the machine of the tests
        script = '. "$1/packaging/lib/prepare.sh"; echo "$(environment_checksum) run" >"$VENV/.prepared"'
        script += '; echo "$(page_checksum) run" >"$PAGE_STAMP"'
        self._ask(["bash", "-euc", script, "test", str(self.folder)], {})

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """packaging/run with these arguments, on a display that it cannot see into."""
        command = [str(self.folder / "packaging" / "run"), *arguments]
        environment = {**self.environment, "DISPLAY": "far-away:0"}
        return subprocess.run(command, env=environment, check=False, capture_output=True, text=True)

    def _ask(self, command: list[str], environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            command, env={**self.environment, **environment}, check=False, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done


def stand_in(file: Path, script: str) -> None:
    """A program that runs this script."""
    file.write_text(f"#!/bin/bash\n{script}\n", encoding="utf-8")
    file.chmod(0o755)
