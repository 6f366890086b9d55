"""A PulseAudio of the test's own: virtual microphones to speak into, a loudspeaker to listen to."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.support import parts
from tests.support.processes import ChildProcess
from tests.support.sound import Sound, from_pcm
from tests.support.waiting import wait_until

RECORDING_RATE = 48_000
RIG = "test rig"
"""The name under which the rig itself records."""


@dataclass
class Microphone:
    """A source the kiosk can open: what is played into its feed is what it hears."""

    name: str
    description: str
    default: bool = False
    modules: list[int] = field(default_factory=list)
    """What makes it up in the daemon; empty while it is unplugged."""

    @property
    def feed(self) -> str:
        """The sink behind it."""
        return f"{self.name}_feed"


@dataclass
class Loudspeaker:
    """A sink the kiosk can play on."""

    name: str
    description: str
    module: int | None = None
    """None while it is unplugged."""


@dataclass(frozen=True)
class Capture:
    """Somebody is recording: which program, from which source."""

    application: str
    source: str


class PulseServer:
    """A PulseAudio daemon with a private socket; it has one loudspeaker and, at first, no microphone."""

    def __init__(self, folder: Path, *, speaker: str = "speaker", speaker_description: str = "Lobby Speaker") -> None:
        """Start it and wait until it answers.

        Args:
            folder: takes its log.
            speaker: name of the sink, the default one.
            speaker_description: its name for people.
        """
        self.speaker = speaker
        self._log = folder / "pulseaudio.log"
        # Unix sockets have short names; the folders of the tests do not.
        self._private = Path(tempfile.mkdtemp(prefix="pulse-"))
        self._socket = self._private / "native"
        self.microphones: dict[str, Microphone] = {}
        self.loudspeakers: dict[str, Loudspeaker] = {}
        self.process = self._start()
        self.add_loudspeaker(speaker, speaker_description)

    def _start(self) -> ChildProcess:
        process = ChildProcess(
            "pulseaudio",
            [
                parts.program("pulseaudio"),
                *("-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1", "--disable-shm=yes"),
                *("--high-priority=yes", "--realtime=no", "--log-level=notice", "--log-target=stderr"),
                *("-L", f"module-native-protocol-unix socket={self._socket} auth-anonymous=1"),
            ],
            self._log,
            environment={**os.environ, "HOME": str(self._private), **self._runtime()},
        )
        wait_until(self._answers, "pulseaudio to answer", details=process.last_lines)
        return process

    # The daemon itself

    def kill(self) -> None:
        """Let the daemon die, as in a crash: every program that uses it loses its connection."""
        self.process.send(signal.SIGKILL)
        self.process.stop()

    def start_again(self) -> None:
        """Start another daemon on the same socket, with the devices that were plugged in when the last one died."""
        self._socket.unlink(missing_ok=True)
        self.process = self._start()
        for loudspeaker in self.loudspeakers.values():
            if loudspeaker.module is not None:
                loudspeaker.module = None
                self.plug_in_loudspeaker(loudspeaker.name)
        for microphone in self.microphones.values():
            if microphone.modules:
                microphone.modules = []
                self.plug_in(microphone.name)

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs in its environment to use this server and no other."""
        return {"PULSE_SERVER": f"unix:{self._socket}", **self._runtime()}

    def _runtime(self) -> dict[str, str]:
        return {"PULSE_RUNTIME_PATH": str(self._private), "PULSE_STATE_PATH": str(self._private)}

    def _answers(self) -> bool:
        asked = subprocess.run(
            [parts.program("pactl"), "info"], env=self._environment(), check=False, capture_output=True
        )
        return asked.returncode == 0

    def _environment(self) -> dict[str, str]:
        return {**os.environ, **self.environment, "LC_ALL": "C.UTF-8"}

    def pactl(self, *arguments: str) -> str:
        """Run pactl on this server and return what it prints.

        Raises:
            AssertionError: it refuses.
        """
        done = subprocess.run(
            [parts.program("pactl"), *arguments], env=self._environment(), check=False, capture_output=True, text=True
        )
        assert done.returncode == 0, f"pactl {' '.join(arguments)}: {done.stderr.strip()}"
        return done.stdout.strip()

    # Microphones

    def add_microphone(self, name: str, description: str, *, default: bool = False) -> Microphone:
        """Plug one in. Its source is called `name`, people and the page read `description`."""
        microphone = Microphone(name, description, default)
        self.microphones[name] = microphone
        self.plug_in(name)
        return microphone

    def plug_in(self, name: str) -> None:
        """Plug a microphone in (again)."""
        microphone = self.microphones[name]
        assert not microphone.modules, f"{name} is plugged in"
        feed = _described(f"Feed of {microphone.description}")
        described = _described(microphone.description, key="source_properties")
        microphone.modules = [
            self._load("module-null-sink", f"sink_name={microphone.feed}", "rate=48000", "channels=1", feed),
            # A monitor is hidden from programs; a source remapped from it is a microphone like any other.
            self._load("module-remap-source", f"source_name={name}", f"master={microphone.feed}.monitor", described),
        ]
        if microphone.default:
            self.pactl("set-default-source", name)
        self._prefer_loudspeaker()

    def unplug(self, name: str) -> None:
        """Pull it out, as from a USB socket: programs that record are moved or left alone, as PulseAudio does."""
        microphone = self.microphones[name]
        assert microphone.modules, f"{name} is not plugged in"
        for module in reversed(microphone.modules):
            self.pactl("unload-module", str(module))
        microphone.modules = []

    def mute(self, name: str, *, muted: bool = True) -> None:
        """The switch on the microphone itself."""
        self.pactl("set-source-mute", name, "1" if muted else "0")

    # Loudspeakers

    def add_loudspeaker(self, name: str, description: str) -> Loudspeaker:
        """Plug another one in; the first that is plugged in stays the default."""
        self.loudspeakers[name] = Loudspeaker(name, description)
        self.plug_in_loudspeaker(name)
        return self.loudspeakers[name]

    def plug_in_loudspeaker(self, name: str) -> None:
        """Plug a loudspeaker in (again)."""
        loudspeaker = self.loudspeakers[name]
        assert loudspeaker.module is None, f"{name} is plugged in"
        described = _described(loudspeaker.description)
        loudspeaker.module = self._load("module-null-sink", f"sink_name={name}", "rate=48000", "channels=2", described)
        self._prefer_loudspeaker()

    def unplug_loudspeaker(self, name: str) -> None:
        """Pull it out: what plays on it is moved to another sink, if there is one."""
        loudspeaker = self.loudspeakers[name]
        assert loudspeaker.module is not None, f"{name} is not plugged in"
        self.pactl("unload-module", str(loudspeaker.module))
        loudspeaker.module = None
        self._prefer_loudspeaker()

    def _prefer_loudspeaker(self) -> None:
        """The default sink is a loudspeaker, never the feed of a microphone."""
        plugged_in = [one.name for one in self.loudspeakers.values() if one.module is not None]
        if plugged_in:
            self.pactl("set-default-sink", plugged_in[0])

    def _load(self, module: str, *arguments: str) -> int:
        return int(self.pactl("load-module", module, *arguments))

    # Sound

    def speak_into(self, name: str, wav: Path) -> ChildProcess:
        """Start playing a file into a microphone; `wait()` for its end or `stop()` it."""
        return self._play(self.microphones[name].feed, wav)

    def play_into(self, name: str, wav: Path) -> None:
        """Play a file into a microphone and wait until it is over."""
        self._play_to_end(self.microphones[name].feed, wav)

    def play_on_speaker(self, wav: Path, name: str | None = None) -> None:
        """Play a file on the loudspeaker, or on another, as some other program would, and wait until it is over."""
        self._play_to_end(name or self.speaker, wav)

    def _play(self, sink: str, wav: Path) -> ChildProcess:
        return ChildProcess(
            "paplay",
            [parts.program("paplay"), f"--device={sink}", "--latency-msec=50", str(wav)],
            self._private / "paplay.log",
            environment=self._environment(),
        )

    def _play_to_end(self, sink: str, wav: Path) -> None:
        player = self._play(sink, wav)
        try:
            assert player.wait(timeout=60.0) == 0, player.last_lines()
        finally:
            player.stop()

    def record(self, source: str | None = None, *, name: str = RIG) -> Recording:
        """Start recording a source, by default what the loudspeaker plays; use it as a context manager.

        A recording under another name than the rig's shows among `captures`.
        """
        return Recording(source or f"{self.speaker}.monitor", name, self._private, self._environment())

    def record_monitor(self, sink: str, seconds: float) -> Sound:
        """Record what a sink plays for so many seconds."""
        with self.record(f"{sink}.monitor") as recording:
            return recording.wait_for(seconds)

    # Who is using it

    def captures(self) -> list[Capture]:
        """Every program that has a source open, apart from this rig's own recordings and remaps."""
        sources = {source["index"]: source["name"] for source in self._list("sources")}
        found = []
        for stream in self._list("source-outputs"):
            application = stream["properties"].get("application.name", "")
            if application not in ("", RIG):
                found.append(Capture(application, sources.get(stream["source"], "")))
        return found

    def playing(self) -> list[str]:
        """The names of the programs that have the loudspeaker open."""
        streams = self._list("sink-inputs")
        return [stream["properties"].get("application.name", "") for stream in streams]

    def _list(self, kind: str) -> list[dict[str, Any]]:
        answer: list[dict[str, Any]] = json.loads(self.pactl("--format=json", "list", kind))
        return answer

    def stop(self) -> None:
        """End the daemon and forget its folder."""
        self.process.stop()
        shutil.rmtree(self._private)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


class Recording:
    """A recording that goes on until it is closed."""

    def __init__(self, source: str, name: str, folder: Path, environment: dict[str, str]) -> None:
        self._path = Path(tempfile.mkstemp(prefix="recording-", suffix=".s16", dir=folder)[1])
        self._process = ChildProcess(
            "parec",
            [
                parts.program("parec"),
                *(
                    f"--client-name={name}",
                    f"--device={source}",
                    "--format=s16le",
                    f"--rate={RECORDING_RATE}",
                    "--channels=1",
                ),
                *("--latency-msec=20", "--raw", "--file-format=raw", str(self._path)),
            ],
            folder / "parec.log",
            environment=environment,
        )
        self.wait_for(0.02)

    def so_far(self) -> Sound:
        """What has been recorded up to now."""
        return from_pcm(self._path.read_bytes(), RECORDING_RATE)

    def wait_for(self, seconds: float) -> Sound:
        """Wait until at least so much is recorded, and return all of it."""
        wanted = int(seconds * RECORDING_RATE) * 2
        wait_until(
            lambda: self._path.stat().st_size >= wanted,
            f"{seconds:g} s of recorded sound",
            seconds + 10.0,
            details=self._process.last_lines,
        )
        return self.so_far()

    def close(self) -> Sound:
        """Stop recording and return all of it."""
        self._process.stop()
        return self.so_far()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.stop()


def _described(text: str, *, key: str = "sink_properties") -> str:
    """The module argument that gives a device its name for people."""
    return f"{key}='device.description=\"{text}\"'"
