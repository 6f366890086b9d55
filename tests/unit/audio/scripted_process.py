"""Stands in for the sound process: obeys, or does what a microphone's or a loudspeaker's name says.

`scripted_process.py DIARY`: every order and every start is written into that file.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any

RESULT = {
    "verdict": "slow",
    "noise_db": -60.0,
    "level_db": -30.5,
    "gain_db": -12.5,
    "delay_ms": 640.0,
    "echo_db": -20.0,
    "tail_ms": 120.0,
    "clear_db": 40.0,
}
MICROPHONE = {"id": "desk", "label": "Desk", "ordinal": 0, "is_default": True}


def say(report: object) -> None:
    os.write(1, json.dumps(report).encode() + b"\n")


def obey(order: dict[str, Any]) -> None:
    number, name = order["id"], f"{order['microphone']} {order['speaker'] or ''}".strip()
    if name == "broken":
        say({"id": number, "failed": "It is broken."})
    elif name == "deadly":
        say({"lost": "The sound server is gone."})
        sys.exit(0)
    elif name == "crash":
        os.abort()
    elif name == "mute":
        return
    elif name == "mad":
        os.write(1, b"Assertion failed\n[1]\n")
        say({"log": "a word for the log"})
        say({"id": number, "done": None})
    elif order["task"] == "levels":
        say({"id": number, "levels": {"Desk": 0.25, "Ceiling": 0.0}})
    elif order["task"] == "chime":
        say({"id": number, "done": None})
    elif order["task"] == "check":
        say({"id": number, "done": RESULT})


def main() -> None:
    with open(sys.argv[1], "a", encoding="utf-8", buffering=1) as diary:  # noqa: PTH123 - an append without a path
        diary.write(f"started {os.getpid()} {os.environ.get('NOTIFY_SOCKET', '')}\n")
        say({"devices": {"microphones": [MICROPHONE], "speakers": []}})
        for line in sys.stdin:
            order = json.loads(line)
            diary.write(f"{order['task']} {order['id']}\n")
            obey(order)
        diary.write("stdin ended\n")
        time.sleep(60.0)  # one that does not end by itself is ended


if __name__ == "__main__":
    main()
