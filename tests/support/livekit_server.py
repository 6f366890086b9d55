"""A real LiveKit server on free ports of this machine."""

from __future__ import annotations

import datetime
import http.client
import json
import os
import secrets
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from livekit import api

from tests.support import parts
from tests.support.ports import free_port, free_udp_port
from tests.support.processes import ChildProcess
from tests.support.waiting import WaitedInVainError, wait_until

RELEASE = "1.13.5"
READY_WITHIN = 15.0
"""Seconds; it answers within half a second on an idle machine."""


def find_server() -> str:
    """The path of livekit-server 1.13.5, from `$LIVEKIT_SERVER` or PATH; gives the test up without one."""
    for candidate in (os.environ.get("LIVEKIT_SERVER"), shutil.which("livekit-server")):
        if not candidate:
            continue
        version = subprocess.run([candidate, "--version"], check=False, capture_output=True, text=True).stdout
        if RELEASE in version:
            return candidate
    parts.lacking(f"livekit-server {RELEASE} (in $LIVEKIT_SERVER or on PATH)")
    raise AssertionError("unreachable")


class LiveKitServer:
    """One server of its own, with its own keys.

    Participants that leave without a word are forgotten after 2 s, empty rooms after 5 s.
    """

    def __init__(self, folder: Path) -> None:
        """Start it and wait until it answers; `folder` takes its configuration and log."""
        self.api_key = "devkey"
        self.api_secret = secrets.token_urlsafe(32)
        self._binary = find_server()
        self._folder = folder
        self._process: ChildProcess | None = None
        self._addresses = ["127.0.0.1"]
        self._media = ("127.0.0.1", "lo")
        attempts = 3  # a port may be taken between the asking and the binding
        for attempt in range(1, attempts + 1):
            self.port, self._udp_port = free_port(), free_udp_port()
            try:
                self.start()
            except WaitedInVainError:
                self.stop()
                if attempt == attempts:
                    raise
            else:
                return

    @property
    def url(self) -> str:
        """What clients connect to."""
        return f"ws://127.0.0.1:{self.port}"

    @property
    def http_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def process(self) -> ChildProcess:
        assert self._process is not None, "the server is stopped"
        return self._process

    def start(self) -> None:
        """Start it (again), on the same ports as before."""
        configuration = {
            "port": self.port,
            "bind_addresses": self._addresses,
            "rtc": {
                "udp_port": self._udp_port,
                "tcp_port": 0,
                "use_external_ip": False,
                "node_ip": self._media[0],
                "enable_loopback_candidate": True,
                "interfaces": {"includes": [self._media[1]]},
                "stun_servers": ["127.0.0.1:3478"],
            },
            "keys": {self.api_key: self.api_secret},
            "room": {"empty_timeout": 5, "departure_timeout": 2},
        }
        path = self._folder / f"livekit-{self.port}.yaml"
        path.write_text(json.dumps(configuration), encoding="utf-8")  # YAML reads JSON
        self._process = ChildProcess(
            "livekit-server", [self._binary, "--config", str(path)], self._folder / f"livekit-{self.port}.log"
        )
        wait_until(
            lambda: self._answers() or not self.process.running,
            "livekit-server to answer",
            READY_WITHIN,
            details=self.process.last_lines,
        )
        if not self.process.running:
            raise WaitedInVainError(f"livekit-server ended at once\n{self.process.last_lines()}")

    def move(self, address: str, device: str) -> None:
        """Start it anew: reached at this address of ours as well, with sound and pictures only there.

        Args:
            address: of a network interface of this machine.
            device: that interface's name.
        """
        self.stop()
        self._addresses = ["127.0.0.1", address]
        self._media = (address, device)
        self.start()

    def stop(self) -> None:
        """End it at once, as a crash would; `start` brings it back on the same ports."""
        if self._process is not None:
            self._process.stop(timeout=0.0)
            self._process = None

    def freeze(self) -> None:
        """Its connections stay open and nothing answers any more."""
        self.process.freeze()

    def thaw(self) -> None:
        self.process.thaw()

    def token(
        self,
        identity: str,
        room: str,
        *,
        kind: Literal["standard", "agent"] = "standard",
        attributes: dict[str, str] | None = None,
        sources: Sequence[str] | None = None,
    ) -> str:
        """A token for one participant: standard or agent, optionally limited to some track sources."""
        grants = api.VideoGrants(
            room_join=True,
            room=room,
            can_publish=True,
            can_subscribe=True,
            can_publish_data=True,
            can_update_own_metadata=True,
            can_publish_sources=None if sources is None else list(sources),
        )
        return (
            api.AccessToken(self.api_key, self.api_secret)
            .with_identity(identity)
            .with_kind(kind)
            .with_attributes(attributes or {})
            .with_ttl(datetime.timedelta(hours=1))
            .with_grants(grants)
            .to_jwt()
        )

    def rooms(self) -> list[str]:
        """The names of the rooms there are, sorted."""
        return sorted(room["name"] for room in self._ask("ListRooms", {}).get("rooms", []))

    def participants(self, room: str) -> list[str]:
        """The identities in a room, sorted; none when the room is gone."""
        try:
            answer = self._ask("ListParticipants", {"room": room}, room=room)
        except urllib.error.HTTPError as error:
            error.close()
            if error.code == http.client.NOT_FOUND:
                return []
            raise
        return sorted(participant["identity"] for participant in answer.get("participants", []))

    def delete_room(self, room: str) -> None:
        """Throw everybody out."""
        self._ask("DeleteRoom", {"room": room})

    def remove_participant(self, room: str, identity: str) -> None:
        """Throw one out; LiveKit tells the client why, and it must not come back by itself."""
        self._ask("RemoveParticipant", {"room": room, "identity": identity}, room=room)

    def _ask(self, method: str, body: dict[str, object], *, room: str = "") -> Any:
        grants = api.VideoGrants(room_list=True, room_create=True, room_admin=True, room=room)
        token = api.AccessToken(self.api_key, self.api_secret).with_grants(grants).to_jwt()
        request = urllib.request.Request(
            f"{self.http_url}/twirp/livekit.RoomService/{method}",
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {token}"},
        )
        with urllib.request.urlopen(request, timeout=5) as answer:
            return json.load(answer)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(self.http_url, timeout=1) as answer:
                return bool(answer.status == http.client.OK)
        except OSError:
            return False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()
