"""What the kiosk and its sound process tell each other: one line of JSON each, orders one way, reports the other. Pure.

A report is one of

- `{"devices": {"microphones": […], "speakers": […]}}`: what is there, at first and whenever it changes;
- `{"id": n, "levels": {name: 0..1}}`: about 15 times a second while somebody listens;
- `{"id": n, "done": result}`: an order is carried out; only a sound check has a result;
- `{"id": n, "failed": sentence}`: it is not, or no longer;
- `{"lost": sentence}`: the last line of a process that cannot go on;
- `{"log": text}`: for the kiosk's log.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

from kiosk.audio.ranking import AudioDevice

Report = Mapping[str, object]


class Task(StrEnum):
    LEVELS = "levels"
    HEAR = "hear"
    CHIME = "chime"
    CHECK = "check"
    STOP = "stop"
    """Ends the order of the same id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One thing to do.

    Attributes:
        id: chosen by who orders; reports refer to it.
        microphone: by name, where the task needs one.
        speaker: by name; None: the system's own.
        delay: seconds.
        volume: 0..1, as samples are multiplied.
    """

    id: int
    task: Task
    microphone: str = ""
    speaker: str | None = None
    delay: float = 1.0
    volume: float = 1.0


def order_line(order: Order) -> bytes:
    return _line(asdict(order))


def read_order(line: bytes) -> Order:
    """The order of a line that `order_line` has written.

    Raises:
        ValueError, KeyError, TypeError: it is none.
    """
    values = json.loads(line)
    return Order(**{**values, "task": Task(values["task"])})


def report_line(report: Report) -> bytes:
    return _line(report)


def read_report(line: bytes) -> Report:
    """The report of a line.

    Raises:
        ValueError: it is none.
    """
    report = json.loads(line)
    if not isinstance(report, dict):
        raise ValueError("a report is an object")  # noqa: TRY004 - as every other line that is no report
    return report


def devices_report(microphones: Sequence[AudioDevice], speakers: Sequence[AudioDevice]) -> Report:
    return {"devices": {"microphones": list(map(asdict, microphones)), "speakers": list(map(asdict, speakers))}}


def read_devices(entries: Sequence[Mapping[str, object]]) -> tuple[AudioDevice, ...]:
    return tuple(AudioDevice(**entry) for entry in entries)  # type: ignore[arg-type]  # our own child wrote it


def _line(values: Mapping[str, object]) -> bytes:
    return json.dumps(values, ensure_ascii=False).encode() + b"\n"
