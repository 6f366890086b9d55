"""The project as it lies here, in a clone of its own: for commands that ask git, or write beside the sources."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.support.kiosk_process import PROJECT

COMMITTED = "2026-01-02T03:04:05Z"
"""When: the same for every clone, so that what is made of two of them can be compared."""


def scratch_clone(folder: Path, scripts: Mapping[str, str] | None = None) -> Path:
    """Make it in `folder`, which must not be there yet, and return that.

    Args:
        folder: its top.
        scripts: stand-ins for programs of the project, by path: what each does, in bash, started in `folder`.
    """
    listing = _git(PROJECT, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for name in filter(None, listing.split("\0")):
        if (PROJECT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / name, folder / name)
    for name, script in (scripts or {}).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f'#!/bin/bash\nset -eu\ncd "{folder}"\n{script}', encoding="utf-8")
        (folder / name).chmod(0o755)
    _git(folder, "init", "--quiet")
    _git(folder, "add", "--all")
    _git(folder, "commit", "--quiet", "--message", "As it is", f"--date={COMMITTED}")
    return folder


def head(clone: Path) -> tuple[str, str]:
    """Its commit, and when that was made in seconds since 1970."""
    commit, _, when = _git(clone, "log", "-1", "--format=%H %ct").strip().partition(" ")
    return commit, when


def _git(folder: Path, *arguments: str) -> str:
    nobody = ["-c", "user.name=Nobody", "-c", "user.email=nobody@example.com"]
    done = subprocess.run(
        ["env", f"GIT_COMMITTER_DATE={COMMITTED}", "git", *nobody, *arguments],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout
