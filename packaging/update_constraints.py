#!/usr/bin/env python3
"""Writes constraints.txt anew: the newest releases pyproject.toml allows, for both PySide6 pairs in one file.

Usage: update_constraints.py PYTHON3.11 PYTHON3.12-OR-NEWER

Each Python gets an empty environment with what the project and its tests ask for. Where the two agree there is one
line, where they differ there are two with a marker.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
CONSTRAINTS = PROJECT / "packaging" / "constraints.txt"
HEADER = """\
# The exact release of every Python package of a run, of the tests, and of the packaging: what was tested is what is
# installed.
# Written by packaging/update_constraints.py; PySide6 comes in two pairs, see pyproject.toml.
"""


def requirements() -> list[str]:
    """What a run, the tests, and the making of packages ask for, as written in pyproject.toml."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    return [*project["dependencies"], *extras["test"], *extras["build"]]


def resolve(python: str) -> dict[str, str]:
    """Package → its newest allowed release under this Python."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([python, "-m", "venv", folder], check=True)
        pip = [f"{folder}/bin/python", "-m", "pip", "--disable-pip-version-check"]
        subprocess.run([*pip, "install", "--quiet", "--only-binary", ":all:", *requirements()], check=True)
        lines = subprocess.run(
            [*pip, "freeze", "--all"], check=True, capture_output=True, text=True
        ).stdout.splitlines()
    return {name: release for name, release in (line.split("==") for line in lines) if name != "pip"}


def merge(older: dict[str, str], newer: dict[str, str]) -> list[str]:
    """The lines of the constraints file."""
    lines: list[str] = []
    for name in sorted(older.keys() | newer.keys(), key=str.casefold):
        releases = older.get(name), newer.get(name)
        if releases[0] == releases[1]:
            lines.append(f"{name}=={releases[0]}")
            continue
        markers = ("python_version < '3.12'", "python_version >= '3.12'")
        lines += [f"{name}=={release} ; {marker}" for release, marker in zip(releases, markers, strict=True) if release]
    return lines


if __name__ == "__main__":
    older_python, newer_python = sys.argv[1:]
    text = HEADER + "\n".join(merge(resolve(older_python), resolve(newer_python))) + "\n"
    CONSTRAINTS.write_text(text, encoding="utf-8")
