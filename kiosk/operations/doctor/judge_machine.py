"""Configuration, kiosk, software, disk and service: from facts to findings. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from kiosk.config import Loaded
from kiosk.operations.doctor.facts import Disk, Gap, Service
from kiosk.operations.doctor.findings import Finding, Untold, bad, doubtful, good

PLENTY = 1_000_000_000
"""Bytes; a log of its own takes 30 MB, but whatever else fills the disk does so in days."""
TOO_LITTLE = 100_000_000
"""Bytes; less than a log of its own, a report and Chromium's scratch files take together."""

_SERVICE_ADVICE = (
    "Have a service manager run it: Type=notify, NotifyAccess=all, WatchdogSec=60, Restart=always; README says more."
)
_STATES_BAD = frozenset({"faulted", "offline"})


def judge_configuration(loaded: Loaded) -> Finding:
    """Only whether it may be run; each problem is told by `avatar-kiosk check`."""
    subject = "configuration"
    if loaded.path is None and not loaded.problems:
        return good(subject, "no file: the demo runs, which needs none")
    where = str(loaded.path or "environment")
    advice = f"See: avatar-kiosk check {loaded.path or ''}".rstrip()
    if not loaded.usable:
        return bad(subject, f"{where} has {_count(loaded.problems, 'problem')}", advice)
    if loaded.warnings:
        return doubtful(subject, f"{where} has {_count(loaded.warnings, 'warning')}", advice)
    return good(subject, where)


def judge_kiosk(status: Mapping[str, Any] | Untold) -> Finding:
    """The running kiosk, by its own word."""
    subject = "kiosk"
    if isinstance(status, Untold):
        return status.finding(subject)
    state, sentence = str(status["state"]), status.get("sentence")
    text = f"running, {state}{f': {sentence}' if sentence else ''}"
    if state in _STATES_BAD:
        return bad(subject, text, "See: avatar-kiosk status; what it lacks may be among the lines below.")
    if state == "recovering":
        return doubtful(subject, text, "See in a minute how it has come out: avatar-kiosk status")
    return good(subject, text)


def judge_software(versions: Mapping[str, object]) -> Finding:
    """`versions`: as `kiosk.operations.versions` tells them."""
    subject = "software"
    missing = [name for name in ("Qt", "Chromium") if versions.get(name) is None]
    if missing:
        return bad(
            subject,
            f"{' and '.join(missing)} cannot be loaded",
            "See the line on libraries; if they are all there, install the kiosk again.",
        )
    qt, python = str(versions["Qt"]), str(versions.get("Python"))
    if _numbers(qt) >= (6, 12) and _numbers(python) < (3, 12):
        return bad(
            subject,
            f"Qt {qt} under Python {python} ends by itself after some hundred signals",
            "Install the kiosk again with a pair that fits, as packaging/run chooses one.",
        )
    shown = ("avatar-kiosk", "Qt", "Chromium", "Python", "livekit-api")
    return good(subject, ", ".join(f"{name} {versions[name]}" for name in shown if versions.get(name)))


def judge_libraries(gaps: Sequence[Gap] | Untold) -> Finding:
    """What Qt and Chromium need of the operating system."""
    subject = "libraries"
    if isinstance(gaps, Untold):
        return gaps.finding(subject)
    if not gaps:
        return good(subject, "all there")
    packages = sorted({gap.package for gap in gaps if gap.package})
    advice = f"sudo apt-get install {' '.join(packages)}" if packages else "Install the packages that bring them."
    return bad(subject, f"missing: {', '.join(gap.what for gap in gaps)}", advice)


def judge_disk(disk: Disk) -> Finding:
    """Room for what the kiosk keeps."""
    subject = f"disk for {disk.purpose}"
    free = f"{_size(disk.free)} free for {disk.path}"
    if not disk.writable:
        return bad(
            subject,
            f"{disk.path} cannot be written",
            "Give the kiosk's user the right to, and see that the disk is not read-only.",
        )
    if disk.free < TOO_LITTLE:
        return bad(subject, free, "Clear the disk: what the kiosk notes is lost, and Chromium may not start.")
    if disk.free < PLENTY:
        return doubtful(subject, free, "See what fills the disk before it is full.")
    return good(subject, free)


def judge_service(service: Service) -> Finding:
    """Who starts the kiosk again, with the machine and after a crash, and who notices that it hangs."""
    return _judge_running(service) if service.running else _judge_waiting(service)


def _judge_running(service: Service) -> Finding:
    subject = "service"
    who = service.unit or "its service manager"
    properties = service.properties or {}
    if not service.notifies:
        if service.script:
            return doubtful(
                subject,
                "packaging/run starts it again when it asks for that, and nobody notices a hang",
                _SERVICE_ADVICE,
            )
        return doubtful(subject, "nobody starts it again when it ends", _SERVICE_ADVICE)
    if properties.get("Restart") == "no":
        return bad(subject, f"{who} does not start it again when it ends", "Write Restart=always into the unit.")
    if service.watchdog is None:
        return doubtful(subject, f"{who} does not notice when it hangs", "Write WatchdogSec=60 into the unit.")
    restarts = properties.get("NRestarts", "0")
    again = f", started again {restarts} times so far" if restarts not in ("0", "") else ""
    return good(subject, f"{who} watches it, and would miss it after {service.watchdog:g} s{again}")


def _judge_waiting(service: Service) -> Finding:
    subject = "service"
    properties = service.properties or {}
    if service.unit is None:
        lack = "no unit of systemd starts the kiosk" if service.systemd else "systemd does not run here"
        return doubtful(subject, f"{lack}: after a restart of the machine nobody does", _SERVICE_ADVICE)
    systemctl = "systemctl --user" if service.user else "sudo systemctl"
    if properties.get("ActiveState") == "failed":
        return bad(subject, f"{service.unit} has failed", f"See why: {systemctl} status {service.unit}")
    if properties.get("UnitFileState") not in ("enabled", "enabled-runtime"):
        return doubtful(subject, f"{service.unit} does not start by itself", f"{systemctl} enable --now {service.unit}")
    return doubtful(subject, f"{service.unit} is there and not running", f"{systemctl} start {service.unit}")


def _count(things: Sequence[object], name: str) -> str:
    return f"{len(things)} {name}{'' if len(things) == 1 else 's'}"


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:2])


def _size(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"
