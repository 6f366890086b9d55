"""How this kiosk is installed, and what follows from it: from a clone, from a wheel, or frozen into a program.

A clone keeps page, texts, and schema beside the package `kiosk`; a wheel and a frozen program carry them inside it.
"""

from __future__ import annotations

import runpy
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

PART_OPTION = "--part"
"""Followed by a module's name, the first arguments of a frozen program that shall be one of the kiosk's helpers."""

_PACKAGE = Path(__file__).resolve().parent
_LIBRARY_PATHS = ("LD_LIBRARY_PATH", "LIBPATH", "DYLD_LIBRARY_PATH")
"""What PyInstaller's starter changes, so that its program finds the libraries it brings."""


def frozen() -> bool:
    """Whether this is a program that PyInstaller made: there is no Python to start modules with."""
    return bool(getattr(sys, "frozen", False))


def resources_folder(package: Path = _PACKAGE) -> Path:
    """The folder that holds `web`, `admin`, and `schema`. `package`: where the package `kiosk` lies."""
    inside = package / "resources"
    return inside if inside.is_dir() else package.parent / "resources"


def part_command(module: str) -> tuple[str, ...]:
    """The command that runs `module`, one of the kiosk's own, in a process of its own."""
    return (sys.executable, PART_OPTION if frozen() else "-m", module)


def run_part(arguments: Sequence[str]) -> bool:
    """In a frozen program: be the helper that `arguments` (without the program's name) ask for.

    False: they ask for none. Otherwise it returns when the helper does, or raises its SystemExit.
    """
    if len(arguments) < 2 or arguments[0] != PART_OPTION or not arguments[1].startswith("kiosk."):
        return False
    sys.argv = [sys.argv[0], *arguments[2:]]
    runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
    return True


def system_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """`environ` for the system's own programs: those that a frozen program starts must not load its libraries."""
    cleaned = dict(environ)
    if frozen():
        for name in _LIBRARY_PATHS:
            cleaned.pop(name, None)
            if (original := cleaned.pop(f"{name}_ORIG", None)) is not None:
                cleaned[name] = original
    return cleaned
