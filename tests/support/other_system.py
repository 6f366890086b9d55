"""Imports all of the kiosk as on another system: `python -m tests.support.other_system win32`.

What only POSIX has is taken away from the standard library, once that and everything of others is loaded. A module
that asks for it while it is imported fails here as it would there. Prints what fails, one line each.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import signal
import socket
import sys
import types

POSIX_ONLY = {
    os: ("getuid", "geteuid", "getgid", "fchown", "chown", "killpg", "setsid", "getpgid", "sysconf", "uname", "fork"),
    socket: ("AF_UNIX", "SOCK_CLOEXEC"),
    signal: ("SIGKILL", "SIGHUP", "SIGUSR1", "SIGUSR2"),
}
POSIX_MODULES = ("fcntl", "pwd", "grp", "resource", "termios", "pty", "tty", "syslog")


def modules() -> list[str]:
    """Every module of the kiosk but those that run when they are imported."""
    package = importlib.import_module("kiosk")
    names = [module.name for module in pkgutil.walk_packages(package.__path__, "kiosk.")]
    return [name for name in names if not name.endswith("__main__")]


def become(platform: str) -> None:
    """Look like that system to whoever asks from now on."""
    sys.platform = platform
    if platform != "win32":
        return
    for module, names in POSIX_ONLY.items():
        for name in names:
            delattr(module, name)
    for name in POSIX_MODULES:
        sys.modules[name] = None  # type: ignore[assignment] # to import it fails, as where it does not exist
    sys.modules["msvcrt"] = types.ModuleType("msvcrt")


def failures(platform: str) -> list[str]:
    """What cannot be imported there, and why."""
    names = modules()
    for name in names:
        importlib.import_module(name)
    for name in [name for name in sys.modules if name.partition(".")[0] == "kiosk"]:
        del sys.modules[name]
    become(platform)
    told = []
    for name in names:
        try:
            importlib.import_module(name)
        except Exception as error:  # noqa: BLE001 - whatever it is, it belongs on the list
            told.append(f"{name}: {type(error).__name__}: {error}")
    return told


if __name__ == "__main__":
    print(*failures(sys.argv[1]), sep="\n", end="")
