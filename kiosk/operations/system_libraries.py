"""Lists every system library the kiosk's Qt lacks on this machine, all at once.

``python -m kiosk.operations.system_libraries`` asks `ldd` about the Qt modules, the Chromium core, its helper process
and the platform plugins, without importing any of them (an import would stop at the first gap).

Output: one line per gap, the soname or file and its Debian package ("?" when the table does not know it).
Exit 0 when nothing is missing, 1 otherwise. `packaging/lib/system.sh` turns the lines into words or into an
installation, `avatar-kiosk doctor` into a finding.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from kiosk.installation import resources_folder

TABLE = "system-libraries.txt"
"""In the folder of resources, where the scripts of `packaging` read it too."""

# What the kiosk loads. The other three dozen Qt modules would ask for libraries nobody here needs.
MODULES = (
    "QtCore", "QtDBus", "QtGui", "QtMultimedia", "QtNetwork", "QtQml", "QtQuick", "QtQuickWidgets", "QtWebChannel",
    "QtWebEngineCore", "QtWebEngineQuick", "QtWebEngineWidgets", "QtWidgets",
)  # fmt: skip
PLUGINS = ("platforms/libqxcb.so", "xcbglintegrations/*.so", "multimedia/*.so", "tls/*.so", "imageformats/libqsvg.so")
WAYLAND_PLUGINS = ("platforms/libqwayland*.so", "wayland-shell-integration/*.so", "wayland-graphics-*-client/*.so")


def pyside_folder() -> Path:
    """Where PySide6 is installed, found without importing it; exits with a sentence when it is not there."""
    spec = importlib.util.find_spec("PySide6")
    if spec is None or spec.origin is None:
        sys.exit(f"PySide6 is not installed for {sys.executable}")
    return Path(spec.origin).parent


def binaries(pyside: Path, *, wayland: bool) -> list[Path]:
    """Every file whose libraries must be there."""
    plugins = PLUGINS + (WAYLAND_PLUGINS if wayland else ())
    found = [pyside / f"{module}.abi3.so" for module in MODULES]
    found.append(pyside / "Qt" / "libexec" / "QtWebEngineProcess")
    found += [path for pattern in plugins for path in sorted((pyside / "Qt" / "plugins").glob(pattern))]
    return [path for path in found if path.exists()]


def missing_sonames(files: Iterable[Path]) -> list[str]:
    """The sonames `ldd` cannot resolve, sorted, each once."""
    listing = subprocess.run(
        ["ldd", *map(str, files)], capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C"}
    ).stdout
    return sorted({line.split()[0] for line in listing.splitlines() if line.endswith("=> not found")})


def missing_files(table: Iterable[str]) -> list[str]:
    """The table's file patterns that match nothing on this machine."""
    patterns = (what for what in table if what.startswith("/"))
    return [pattern for pattern in patterns if next(Path("/").glob(pattern[1:]), None) is None]


def read_table(text: str) -> dict[str, str]:
    """Soname or file pattern → Debian package."""
    rows = (line.split() for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return {row[0]: row[1] for row in rows}


def main() -> int:
    """List the gaps; see the module's docstring."""
    table = read_table((resources_folder() / TABLE).read_text(encoding="utf-8"))
    files = binaries(pyside_folder(), wayland=bool(os.environ.get("WAYLAND_DISPLAY")))
    gaps = missing_sonames(files) + missing_files(table)
    for what in gaps:
        print(what, table.get(what, "?"))
    return 1 if gaps else 0


if __name__ == "__main__":
    sys.exit(main())
