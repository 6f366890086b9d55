"""The peer of the matrix does what the documents promise of their handler."""

from __future__ import annotations

from pathlib import Path

from tests.faults.peer import Peer
from tests.support.livekit_server import LiveKitServer
from tests.support.pulse import PulseServer
from tests.support.virtual_screen import VirtualScreen
from tests.support.voice_agent import VoiceAgent
from tests.support.waiting import wait_until


def test_it_shows_the_motion_and_its_handler_reconnects_when_that_stalls(
    livekit_server: LiveKitServer, pulse: PulseServer, screen: VirtualScreen, tmp_path: Path
) -> None:
    pulse.add_microphone("desk", "Front Desk Microphone", default=True)
    with (
        VoiceAgent(livekit_server, tmp_path, room_prefix="peer-") as agent,
        Peer(
            tmp_path,
            livekit_server,
            agent,
            url=livekit_server.url,
            room_prefix="peer-",
            environment={**screen.environment, **pulse.environment},
        ) as peer,
    ):
        assert not peer.moving
        peer.go_live()
        agent.wait_for("visitor-track")
        assert livekit_server.rooms() == [peer.room]
        assert peer.renderer_pid > 0
        agent.freeze_motion()
        wait_until(lambda: not peer.moving, "the pictures to stop")
        wait_until(lambda: "Stream stalled" in peer.process.output(), "the handler to act", details=peer.report)
        wait_until(lambda: peer.process.output().count("Connected!") == 2, "its reconnect", 20, details=peer.report)
