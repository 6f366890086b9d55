"""The rig's server and voice agent, with a visitor who is no kiosk: two LiveKit clients and the real server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
from livekit import rtc

from tests.support.livekit_server import LiveKitServer
from tests.support.sound import Sound, compare, from_pcm, read_wav, to_pcm
from tests.support.speech import Speaker
from tests.support.voice_agent import VoiceAgent
from tests.support.waiting import wait_until

RATE = 48_000
AUDIBLE, SILENT = -50.0, -70.0
"""dBFS."""
ROOM = "lobby-rig"
QUESTION = "Good morning, where is the meeting room on the second floor?"
ANSWER = "Take the lift on your left, it is the third door."


class Visitor:
    """A plain LiveKit client with a microphone and ears."""

    def __init__(self) -> None:
        self.room = rtc.Room()
        self.frames = 0
        self.captions: dict[str, list[str]] = {}
        self.states: list[str] = []
        self.speaking_agents: set[str] = set()
        self._pcm = bytearray()
        self._voice = rtc.AudioSource(RATE, 1, queue_size_ms=200)
        self._tasks: set[asyncio.Task[None]] = set()
        self.room.on("track_subscribed", self._take)
        self.room.on("participant_attributes_changed", self._attributes)
        self.room.register_text_stream_handler("lk.transcription", self._caption)

    async def enter(self, server: LiveKitServer) -> None:
        await self.room.connect(server.url, server.token("visitor", ROOM, sources=["microphone"]))
        track = rtc.LocalAudioTrack.create_audio_track("microphone", self._voice)
        options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE)
        await self.room.local_participant.publish_track(track, options)

    async def say(self, sound: Sound) -> None:
        pcm = to_pcm(sound.at_rate(RATE))
        for start in range(0, len(pcm), 1920):
            frame = pcm[start : start + 1920].ljust(1920, b"\0")
            await self._voice.capture_frame(rtc.AudioFrame(frame, RATE, 1, 960))
        await self._voice.wait_for_playout()

    def states_now(self) -> set[str]:
        """Of everybody else in the room who has one."""
        states = (one.attributes.get("lk.agent.state") for one in self.room.remote_participants.values())
        return {state for state in states if state}

    def heard(self) -> Sound:
        return from_pcm(bytes(self._pcm), RATE)

    def _take(
        self, track: rtc.Track, _publication: rtc.RemoteTrackPublication, participant: rtc.RemoteParticipant
    ) -> None:
        if track.kind == rtc.TrackKind.KIND_AUDIO:
            self.speaking_agents.add(participant.identity)
        self._start(self._count(track) if track.kind == rtc.TrackKind.KIND_VIDEO else self._listen(track))

    async def _count(self, track: rtc.Track) -> None:
        async for _ in rtc.VideoStream(track):
            self.frames += 1

    async def _listen(self, track: rtc.Track) -> None:
        async for event in rtc.AudioStream(track, sample_rate=RATE, num_channels=1):
            self._pcm += event.frame.data.tobytes()

    def _attributes(self, changed: dict[str, str], _participant: rtc.Participant) -> None:
        if "lk.agent.state" in changed:
            self.states.append(changed["lk.agent.state"])

    def _caption(self, reader: rtc.TextStreamReader, identity: str) -> None:
        async def read() -> None:
            self.captions.setdefault(identity, []).append(await reader.read_all())

        self._start(read())

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


@pytest.fixture(params=[False, True], ids=["agent speaks", "avatar worker speaks"])
def agent(livekit_server: LiveKitServer, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[VoiceAgent]:
    with VoiceAgent(livekit_server, tmp_path, room_prefix="lobby-", worker=request.param) as agent:
        yield agent


async def test_visitor_and_agent_hear_each_other(
    livekit_server: LiveKitServer, agent: VoiceAgent, speaker: Speaker
) -> None:
    question, answer = speaker.say(QUESTION), speaker.say(ANSWER)
    visitor = Visitor()
    await visitor.enter(livekit_server)
    try:
        await asyncio.to_thread(agent.wait_for, "visitor-track", source="SOURCE_MICROPHONE")
        await visitor.say(read_wav(question))
        await asyncio.to_thread(_wait_until_heard, agent, question)
        assert not compare(read_wav(answer), agent.heard()).same

        await asyncio.to_thread(agent.speak, answer, ANSWER)
        await asyncio.to_thread(
            wait_until, lambda: compare(read_wav(answer), visitor.heard()).same, "the answer to be heard"
        )
        await asyncio.to_thread(wait_until, lambda: visitor.captions, "captions")
        assert [text.strip() for texts in visitor.captions.values() for text in texts] == [ANSWER]
        assert visitor.states[-2:] == ["speaking", "listening"]
    finally:
        await visitor.room.disconnect()
    await asyncio.to_thread(agent.wait_for, "left", room=ROOM)
    assert agent.happened("trouble") == []


async def test_motion_comes_stops_and_comes_again(livekit_server: LiveKitServer, agent: VoiceAgent) -> None:
    visitor = Visitor()
    await visitor.enter(livekit_server)
    try:
        assert await _frames_within(visitor, 2.0) > 35
        await asyncio.to_thread(agent.freeze_motion)
        await _last_frame(visitor)
        assert await _frames_within(visitor, 1.0) == 0
        await asyncio.to_thread(agent.thaw_motion)
        assert await _frames_within(visitor, 2.0) > 20

        agent.freeze()
        await _last_frame(visitor)
        assert await _frames_within(visitor, 1.0) == 0
        agent.thaw()
        await asyncio.to_thread(wait_until, _more_frames(visitor), "pictures after the thaw")
    finally:
        await visitor.room.disconnect()


async def test_an_agent_that_leaves_or_vanishes_is_gone_from_the_room(
    livekit_server: LiveKitServer, agent: VoiceAgent
) -> None:
    visitor = Visitor()
    await visitor.enter(livekit_server)
    try:
        await asyncio.to_thread(agent.wait_for, "joined")
        assert len(livekit_server.participants(ROOM)) > 1
        await asyncio.to_thread(agent.leave)
        await asyncio.to_thread(
            wait_until, lambda: livekit_server.participants(ROOM) == ["visitor"], "the agent to be gone"
        )
    finally:
        await visitor.room.disconnect()


@pytest.mark.parametrize("how", ["silent", "muted", "unpublished"])
async def test_an_agent_that_loses_its_voice_seems_to_go_on_speaking(
    how: Any, livekit_server: LiveKitServer, agent: VoiceAgent, speaker: Speaker
) -> None:
    visitor = Visitor()
    await visitor.enter(livekit_server)
    try:
        await asyncio.to_thread(wait_until, lambda: visitor.states_now() == {"listening"}, "the agent to be ready")
        await asyncio.to_thread(agent.start_speaking, speaker.say(ANSWER))
        await asyncio.to_thread(wait_until, lambda: visitor.heard().dbfs > AUDIBLE, "the agent to be heard")
        await asyncio.to_thread(agent.lose_voice, how)
        await asyncio.to_thread(agent.wait_for, "spoken")
        assert visitor.states_now() == {"speaking"}
        before = visitor.heard().seconds
        await asyncio.to_thread(wait_until, _more_frames(visitor), "more pictures")
        await asyncio.sleep(0.5)
        assert visitor.heard().between(before).dbfs < SILENT
    finally:
        await visitor.room.disconnect()


async def test_an_agent_that_never_gets_ready_comes_and_says_nothing(
    livekit_server: LiveKitServer, agent: VoiceAgent
) -> None:
    agent.get_ready(gets_ready=False)
    visitor = Visitor()
    await visitor.enter(livekit_server)
    try:
        await asyncio.to_thread(agent.wait_for, "joined")
        await asyncio.to_thread(
            wait_until, lambda: visitor.states_now() == {"initializing"}, "its state to be initializing"
        )
        await asyncio.sleep(0.5)
        assert visitor.states_now() == {"initializing"}
        assert visitor.frames == 0
    finally:
        await visitor.room.disconnect()


async def test_an_agent_that_crashed_comes_back(livekit_server: LiveKitServer, agent: VoiceAgent) -> None:
    agent.stop()
    agent.restart()
    visitor = Visitor()
    await visitor.enter(livekit_server)
    try:
        await asyncio.to_thread(agent.wait_for, "joined")
    finally:
        await visitor.room.disconnect()


async def test_a_deleted_room_throws_both_out(livekit_server: LiveKitServer, agent: VoiceAgent) -> None:
    visitor = Visitor()
    await visitor.enter(livekit_server)
    try:
        # All the way in: who is still joining may miss that the room goes, and come to the next one of its name.
        await asyncio.to_thread(agent.wait_for, "visitor-track")
        livekit_server.delete_room(ROOM)
        await asyncio.to_thread(agent.wait_for, "left", reason="ROOM_DELETED")
        assert livekit_server.rooms() == []
    finally:
        await visitor.room.disconnect()


def test_the_server_comes_back_on_the_same_port(livekit_server: LiveKitServer) -> None:
    url = livekit_server.url
    livekit_server.stop()
    livekit_server.start()
    assert livekit_server.url == url
    assert livekit_server.rooms() == []


def _wait_until_heard(agent: VoiceAgent, wav: Path) -> None:
    wait_until(lambda: compare(read_wav(wav), agent.heard()).same, "the agent to hear the visitor", every=0.3)


async def _last_frame(visitor: Visitor) -> None:
    """Until what was on the way has come: no picture for 0.3 s."""
    while await _frames_within(visitor, 0.3):
        pass


def _more_frames(visitor: Visitor) -> Callable[[], bool]:
    before = visitor.frames
    return lambda: visitor.frames > before


async def _frames_within(visitor: Visitor, seconds: float) -> int:
    if visitor.frames == 0:
        await asyncio.to_thread(wait_until, lambda: visitor.frames > 0, "the first picture")
    before = visitor.frames
    await asyncio.sleep(seconds)
    return visitor.frames - before
