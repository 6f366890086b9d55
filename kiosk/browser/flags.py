"""How Chromium is started: its arguments, and an environment that cannot add to them.

Qt hands Chromium whatever follows `--webEngineArgs` in the application's arguments, then whatever the environment
variable `QTWEBENGINE_CHROMIUM_FLAGS` says, and opens a debugger where `QTWEBENGINE_REMOTE_DEBUGGING` points. On a
machine that strangers touch none of that may come from outside: the arguments are built here and nowhere else.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Gpu = Literal["auto", "on", "off"]

ENGINE_ARGUMENTS_MARK = "--webEngineArgs"

_SANDBOX_OFF = "QTWEBENGINE_DISABLE_SANDBOX"

_REFUSED_VARIABLES = {
    "QTWEBENGINE_CHROMIUM_FLAGS": "would add arguments to Chromium",
    "QTWEBENGINE_REMOTE_DEBUGGING": "would open a debugger to the network",
    "SSLKEYLOGFILE": "would write the keys of every TLS connection to a file",
}

_ALWAYS = (
    # The avatar's motion data arrives as encoded video frames that a worker reads before they are decoded. The
    # standard API for that is still behind a flag in Chromium 140.
    "--enable-blink-features=RTCRtpScriptTransform",
    # The avatar needs WebGL 2. A blocklisted driver that works badly beats no avatar at all; without a GPU the
    # software rasterizer is on that list, too.
    "--ignore-gpu-blocklist",
    # The demo connects the page with itself. On a machine without any network that takes loopback addresses.
    "--allow-loopback-in-peer-connection",
    # A page that grows without end is ended and made anew when its renderer has 1.5 GB in all (measured). Without this
    # it had 3 GB and went on: a machine of 4 swaps by then, and nothing on it can be used.
    "--js-flags=--max-old-space-size=1024",
    "--disable-pinch",
    "--overscroll-history-navigation=0",
    # A covered or not yet raised window must go on beating its heart once a second; Chromium would slow its timers.
    "--disable-background-timer-throttling",
    "--disable-renderer-backgrounding",
    # Neither is used by the page, both talk to servers of their own.
    "--disable-speech-api",
    "--no-pings",
)


@dataclass(frozen=True, slots=True)
class EngineStart:
    """How to start the engine."""

    argv: tuple[str, ...]
    """Arguments for the `QGuiApplication`, the program's name first."""
    warnings: tuple[str, ...]
    """One sentence for each thing that was refused, or that the operator should know."""


def configure_environment(
    gpu: Gpu,
    environ: MutableMapping[str, str],
    *,
    arguments: Iterable[str] = (),
    root: bool | None = None,
    gpu_present: bool | None = None,
) -> EngineStart:
    """Clean `environ` in place and say how to start Chromium. To be called before the application object is made.

    `arguments` are the process's own; engine arguments among them are reported and left out. `root` and
    `gpu_present` are looked up when not given.
    """
    warnings = [f"{name} is ignored: it {why}." for name, why in _REFUSED_VARIABLES.items() if environ.pop(name, None)]
    if ENGINE_ARGUMENTS_MARK in arguments:
        warnings.append(
            f"{ENGINE_ARGUMENTS_MARK} is ignored, with all that follows it: it would add arguments to Chromium."
        )
    warnings += _decide_sandbox(environ, root=_is_root() if root is None else root)

    if gpu == "auto" and gpu_present is None:
        gpu_present = has_gpu()
    software = gpu == "off" or (gpu == "auto" and not gpu_present)
    if software:
        # Without it Chromium looks for buffers only a GPU has, and every frame is blank: "null texture".
        environ["QTWEBENGINE_FORCE_USE_GBM"] = "0"
    else:
        environ.pop("QTWEBENGINE_FORCE_USE_GBM", None)
    if gpu == "off":
        # The engine draws inside our own process, through the same OpenGL driver as the window.
        environ["LIBGL_ALWAYS_SOFTWARE"] = "1"
    return EngineStart(("avatar-kiosk", ENGINE_ARGUMENTS_MARK, *_ALWAYS), tuple(warnings))


def has_gpu(device_folder: Path = Path("/dev/dri")) -> bool:
    """Whether this process can use a GPU to render. Only Linux lets one look; elsewhere there always is one."""
    if not sys.platform.startswith("linux"):
        return True
    return any(os.access(node, os.R_OK | os.W_OK) for node in device_folder.glob("renderD*"))


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _decide_sandbox(environ: MutableMapping[str, str], *, root: bool) -> list[str]:
    """Chromium's sandbox is refused by Chromium itself to root, and by us to nobody else."""
    if root:
        environ[_SANDBOX_OFF] = "1"
        return ["Running as root: Chromium's sandbox is off. A lobby machine runs the kiosk as an ordinary user."]
    if environ.pop(_SANDBOX_OFF, None):
        return [f"{_SANDBOX_OFF} is ignored: the sandbox can be switched off only for root, who cannot have it."]
    return []
