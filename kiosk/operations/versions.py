"""The versions of everything the kiosk stands on, as far as they can be told without starting it."""

from __future__ import annotations

import os
import platform
from importlib import metadata

from kiosk import __version__

PACKAGES = ("PySide6-Essentials", "PySide6-WebEngine", "livekit-api", "avatarkit", "qasync", "aiohttp", "pydantic")


def versions() -> dict[str, object]:
    """By name; None for what is not there or cannot be loaded."""
    return {
        "avatar-kiosk": __version__,
        "Qt": _qt(),
        "Chromium": _chromium(),
        "Python": platform.python_version(),
        **{name: _package(name) for name in PACKAGES},
        "system": _system(),
        "kernel": platform.release(),
        "machine": platform.machine(),
        "processors": os.cpu_count(),
        "memory_megabytes": _memory(),
    }


def _qt() -> str | None:
    try:
        from PySide6.QtCore import qVersion  # noqa: PLC0415 - a broken Qt must not keep anybody from a report
    except ImportError:
        return None
    return str(qVersion())


def _chromium() -> str | None:
    try:
        from PySide6.QtWebEngineCore import qWebEngineChromiumVersion  # noqa: PLC0415 - the same
    except ImportError:
        return None
    return str(qWebEngineChromiumVersion())


def _memory() -> int | None:
    if not hasattr(os, "sysconf"):
        return None
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 1_000_000


def _package(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _system() -> str:
    try:
        return str(platform.freedesktop_os_release()["PRETTY_NAME"])
    except (OSError, KeyError):
        return platform.platform()
