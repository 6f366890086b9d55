"""Gathers who starts the kiosk and watches over it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from kiosk.operations.doctor.facts import Service
from kiosk.operations.doctor.programs import ask
from kiosk.operations.doctor.running import Running
from kiosk.operations.notify import ServiceNotifier

_PROPERTIES = "Restart,NRestarts,ActiveState,UnitFileState"
_RESTARTED_BY_SCRIPT = "AVATAR_KIOSK_RESTARTED"
"""Set by packaging/run."""

Kind = tuple[str, ...]
"""How systemctl is told whose units are meant."""
_SYSTEM: Kind = ()
_USER: Kind = ("--user",)


def service(running: Running, environ: Mapping[str, str], root: Path = Path("/")) -> Service:
    """Of the running kiosk, or, without one, of the unit that is installed. `root`: the file system's, for tests."""
    systemd = (root / "run/systemd/system").is_dir()
    if running.process is None:
        kind, unit = _installed(environ) if systemd else (_SYSTEM, None)
        return Service(systemd, running=False, unit=unit, properties=_properties(kind, unit, environ))
    notifier = ServiceNotifier(running.environ)
    half = notifier.watchdog_interval
    kind, unit = _around(running.process, root)
    return Service(
        systemd,
        running=True,
        notifies=bool(running.environ.get("NOTIFY_SOCKET")),
        watchdog=None if half is None else half * 2,
        script=bool(running.environ.get(_RESTARTED_BY_SCRIPT)),
        unit=unit,
        properties=_properties(kind, unit, environ),
    )


def _around(process: int, root: Path) -> tuple[Kind, str | None]:
    """The unit whose control group a process is in."""
    try:
        group = (root / "proc" / str(process) / "cgroup").read_text(encoding="utf-8").strip()
    except OSError:
        return _SYSTEM, None
    return unit_of(group)


def unit_of(group: str) -> tuple[Kind, str | None]:
    """`0::/user.slice/user-1000.slice/user@1000.service/app.slice/avatar-kiosk.service` → that one, a user's."""
    units = re.findall(r"/([^/\n]+\.service)", group)
    own = [unit for unit in units if not unit.startswith("user@")]
    return (_USER if len(own) < len(units) else _SYSTEM), own[-1] if own else None


def _installed(environ: Mapping[str, str]) -> tuple[Kind, str | None]:
    for kind in (_SYSTEM, _USER):
        listing = ask(("systemctl", *kind, "list-unit-files", "--no-legend", "--plain", "avatar-kiosk*"), environ) or ""
        units = [line.split()[0] for line in listing.splitlines() if line.split()[:1]]
        services = [unit for unit in units if unit.endswith(".service")]
        if services:
            return kind, services[0]
    return _SYSTEM, None


def _properties(kind: Kind, unit: str | None, environ: Mapping[str, str]) -> dict[str, str] | None:
    if unit is None:
        return None
    answer = ask(("systemctl", *kind, "show", "--property", _PROPERTIES, unit), environ)
    if answer is None:
        return None
    pairs = (line.partition("=") for line in answer.splitlines())
    return {name: value for name, separator, value in pairs if separator}
