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
_UNIT = "AVATAR_KIOSK_UNIT"
"""Set by the units: the one for the boot runs the kiosk in a session, where its control group does not tell."""

_ENABLED = frozenset({"enabled", "enabled-runtime", "indirect"})
"""What systemctl says of a unit, or of an instance of it, that starts by itself."""
_USUAL_CONSOLE = "tty1"

Kind = tuple[str, ...]
"""How systemctl is told whose units are meant."""
_SYSTEM: Kind = ()
_USER: Kind = ("--user",)


def service(running: Running, environ: Mapping[str, str], root: Path = Path("/")) -> Service:
    """Of the running kiosk, or, without one, of the unit that is installed. `root`: the file system's, for tests."""
    systemd = (root / "run/systemd/system").is_dir()
    if running.process is None:
        kind, unit = _installed(environ, root) if systemd else (_SYSTEM, None)
        properties = _properties(kind, unit, environ)
        return Service(systemd, running=False, unit=unit, user=kind == _USER, properties=properties)
    notifier = ServiceNotifier(running.environ)
    half = notifier.watchdog_interval
    kind, unit = _around(running.process, root)
    if unit is None and (named := running.environ.get(_UNIT)):
        kind, unit = _SYSTEM, named
    return Service(
        systemd,
        running=True,
        notifies=bool(running.environ.get("NOTIFY_SOCKET")),
        watchdog=None if half is None else half * 2,
        script=bool(running.environ.get(_RESTARTED_BY_SCRIPT)),
        unit=unit,
        user=kind == _USER,
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


def _installed(environ: Mapping[str, str], root: Path) -> tuple[Kind, str | None]:
    """The unit that starts the kiosk by itself, or else one that could."""
    found: list[tuple[Kind, str, str]] = []
    for kind in (_SYSTEM, _USER):
        listing = ask(("systemctl", *kind, "list-unit-files", "--no-legend", "--plain", "avatar-kiosk*"), environ) or ""
        words = [line.split() for line in listing.splitlines()]
        found += [(kind, name, state) for name, state, *_ in filter(None, words) if name.endswith(".service")]
    enabled = [unit for unit in found if unit[2] in _ENABLED]
    for kind, name, _ in enabled or found:
        return kind, _instance(name, root)
    return _SYSTEM, None


def _instance(unit: str, root: Path) -> str:
    """`avatar-kiosk@.service` → the console that it is enabled for, or the usual one."""
    name, at, suffix = unit.partition("@.")
    if not at:
        return unit
    enabled = sorted(root.glob(f"etc/systemd/system/*.wants/{name}@*.{suffix}"))
    return enabled[0].name if enabled else f"{name}@{_USUAL_CONSOLE}.{suffix}"


def _properties(kind: Kind, unit: str | None, environ: Mapping[str, str]) -> dict[str, str] | None:
    if unit is None:
        return None
    answer = ask(("systemctl", *kind, "show", "--property", _PROPERTIES, unit), environ)
    if answer is None:
        return None
    pairs = (line.partition("=") for line in answer.splitlines())
    return {name: value for name, separator, value in pairs if separator}
