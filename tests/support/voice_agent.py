"""The voice agent a visitor talks to in the tests, as the tests hold it.

It runs in a process of its own (`voice_agent_process`), so that it can be frozen or killed like the real thing,
joins every new room of the server whose name has its prefix, and behaves as LiveKit's agents do.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from tests.support.livekit_server import LiveKitServer
from tests.support.processes import ChildProcess
from tests.support.sound import Sound, read_wav
from tests.support.waiting import wait_until

PROJECT = Path(__file__).resolve().parents[2]


class VoiceAgent:
    """Speaks, listens and misbehaves on command.

    What it reports (`wait_for`): `ready`, `joined {room}`, `visitor-joined {identity}`,
    `visitor-left {identity}`, `visitor-track {source}`, `visitor-track-ended {}`, `text {topic, text}`,
    `speaking {}`, `spoken {}`, `left {room, reason}`.
    """

    def __init__(
        self,
        server: LiveKitServer,
        folder: Path,
        *,
        room_prefix: str = "",
        greeting: tuple[Path, str] | None = None,
        joins: bool = True,
        motion: bool = True,
        worker: bool = False,
    ) -> None:
        """Start it and wait until it watches the server.

        Args:
            server: where it works.
            folder: takes its log and recordings.
            room_prefix: it joins rooms whose names start so.
            greeting: a WAV file and its words, spoken as soon as the visitor listens.
            joins: with False it comes only when told to (`join_rooms`).
            motion: publish the avatar's motion, black pictures at 25 a second.
            worker: let an avatar worker of its own publish sound and motion on the agent's behalf, as avatar
                services do; otherwise the agent publishes both itself.
        """
        self._folder = folder
        self._lives = 0
        self._events: list[dict[str, Any]] = []
        self._seen: set[int] = set()
        self._replies: dict[int, dict[str, Any]] = {}
        self._asked = 0
        self._settings = {
            "url": server.http_url,
            "api_key": server.api_key,
            "api_secret": server.api_secret,
            "room_prefix": room_prefix,
            "greeting": None if greeting is None else {"wav": str(greeting[0]), "text": greeting[1]},
            "joins": joins,
            "motion": motion,
            "worker": worker,
        }
        self._start()

    def _start(self) -> None:
        self.process = ChildProcess(
            "voice agent",
            [sys.executable, "-m", "tests.support.voice_agent_process"],
            self._folder / "voice-agent.log",
            folder=PROJECT,
            pipes=True,
        )
        self._write(self._settings)  # on stdin: a secret has no business in an argument list
        self._lives += 1
        self._reader = threading.Thread(target=self._read, name="voice agent's events", daemon=True)
        self._reader.start()
        wait_until(
            lambda: len(self.happened("ready")) == self._lives, "the voice agent to watch", 20.0, details=self._report
        )

    # What it reports

    def wait_for(self, event: str, timeout: float = 15.0, **fields: object) -> dict[str, Any]:
        """Wait for an event with these fields and return it; every event is returned only once."""

        def found() -> dict[str, Any] | None:
            for index, reported in enumerate(self._events):
                if index not in self._seen and reported["event"] == event and fields.items() <= reported.items():
                    self._seen.add(index)
                    return reported
            return None

        return wait_until(found, f"the voice agent's {event!r} {fields or ''}", timeout, details=self._report)

    def happened(self, event: str) -> list[dict[str, Any]]:
        """Every event of this kind so far."""
        return [reported for reported in self._events if reported["event"] == event]

    # What it does

    def speak(self, wav: Path, text: str = "") -> None:
        """Say a file and send its words as captions; returns when the last sample has been sent."""
        self._ask("speak", timeout=read_wav(wav).seconds + 15.0, wav=str(wav), text=text)

    def start_speaking(self, wav: Path, text: str = "") -> None:
        """The same without waiting: `wait_for("spoken")`."""
        self._ask("start-speaking", wav=str(wav), text=text)

    def set_state(self, state: str) -> None:
        """Set `lk.agent.state`: initializing, idle, listening, thinking or speaking."""
        self._ask("state", state=state)

    def caption_visitor(self, text: str, *, final: bool = True) -> None:
        """Send what the agent understood, as a transcription of the visitor's track."""
        self._ask("caption-visitor", text=text, final=final)

    def freeze_motion(self) -> None:
        """No more pictures; everything else goes on."""
        self._ask("freeze-motion")

    def thaw_motion(self) -> None:
        self._ask("thaw-motion")

    def lose_voice(self, how: Literal["silent", "muted", "unpublished"]) -> None:
        """In this room nobody hears it any more; its pictures and its state, `speaking` too, go on as if all were well.

        Args:
            how: it sends silence, it mutes its track, or it takes its track back.
        """
        self._ask("lose-voice", how=how)

    def get_ready(self, *, gets_ready: bool = True) -> None:
        """Whether it gets ready in the rooms it comes to; otherwise it stays `initializing` and publishes nothing."""
        self._ask("get-ready", gets_ready=gets_ready)

    def join_rooms(self, *, joins: bool = True) -> None:
        """Whether it comes to new rooms."""
        self._ask("join-rooms", joins=joins)

    def leave(self) -> None:
        """Leave the room as an agent that is done."""
        self._ask("leave")

    def heard(self) -> Sound:
        """What the visitor's microphone has brought since the visit began or `forget_heard` (48 kHz)."""
        path = self._folder / f"heard-{self._asked}.wav"
        self._ask("save-heard", path=str(path))
        return read_wav(path)

    def forget_heard(self) -> None:
        """Throw away what was recorded so far."""
        self._ask("forget-heard")

    def freeze(self) -> None:
        """Stop its whole process: sound, motion and signalling at once."""
        self.process.freeze()

    def thaw(self) -> None:
        self.process.thaw()

    def restart(self) -> None:
        """After `stop`, another process that knows nothing of the one before."""
        self._start()

    def stop(self) -> None:
        """End its process; the server sees it vanish."""
        self.process.end(timeout=0.0)
        self._reader.join(5)
        self.process.stop()

    def _ask(self, command: str, *, timeout: float = 10.0, **fields: object) -> None:
        self._asked += 1
        number = self._asked
        self._write({"command": command, "number": number, **fields})
        reply = wait_until(
            lambda: self._replies.pop(number, None),
            f"the voice agent's answer to {command!r}",
            timeout,
            details=self._report,
        )
        assert reply.get("error") is None, f"the voice agent cannot {command}: {reply['error']}"

    def _write(self, message: Mapping[str, object]) -> None:
        self.process.stdin.write(json.dumps(message).encode() + b"\n")
        self.process.stdin.flush()

    def _read(self) -> None:
        for line in self.process.stdout:
            message = json.loads(line)
            if "reply" in message:
                self._replies[message["reply"]] = message
            else:
                self._events.append(message)

    def _report(self) -> str:
        return f"it reported {self._events}\n{self.process.last_lines()}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()
