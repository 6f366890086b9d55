"""One stay of the voice agent in one room: what it publishes, what it hears, how it leaves."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import json
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from livekit import api, rtc

from tests.support.sound import Sound, from_pcm, read_wav, to_pcm

VOICE_RATE = 24_000
HEARING_RATE = 48_000
VOICE_FRAME = 0.02
"""Seconds of sound handed over at a time."""
MOTION_RATE = 25
MOTION_SIZE = (160, 160)
PUBLISH_ON_BEHALF = "lk.publish_on_behalf"
AGENT_STATE = "lk.agent.state"
TRANSCRIPTION = "lk.transcription"


class Reports:
    """Writes events and replies, one JSON object a line."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def event(self, name: str, **fields: object) -> None:
        self._write({"event": name, "at": time.time(), **fields})

    def reply(self, number: int, *, error: str | None = None) -> None:
        self._write({"reply": number, "error": error})

    def _write(self, message: dict[str, object]) -> None:
        self._stream.write(json.dumps(message) + "\n")
        self._stream.flush()


LEAVING = 3.0
"""Seconds that leaving a room may take."""

_ON_PURPOSE = (rtc.DisconnectReason.CLIENT_INITIATED, rtc.DisconnectReason.UNKNOWN_REASON, None)
"""On a busy machine the news that a visitor has left can come without its reason."""


@dataclass(frozen=True)
class VisitSettings:
    """Where the agent works and what it brings; see `VoiceAgent`."""

    url: str
    api_key: str
    api_secret: str
    motion: bool
    worker: bool
    gets_ready: bool
    greeting: tuple[Path, str] | None


class Visit:
    """One room, from joining to leaving."""

    def __init__(self, name: str, settings: VisitSettings, reports: Reports) -> None:
        self.motion_frozen = False
        self._name = name
        self._settings = settings
        self._reports = reports
        self._identity = f"agent-{secrets.token_hex(4)}"
        self._room = rtc.Room()
        self._publisher = rtc.Room() if settings.worker else self._room
        self._voice = rtc.AudioSource(VOICE_RATE, 1, queue_size_ms=200)
        self._voice_track: rtc.LocalAudioTrack | None = None
        self._voice_sid = ""
        self._voiceless = False
        self._visitor_sid = ""
        self._visitor_identity = ""
        self._pcm = bytearray()
        self._gone = asyncio.Event()
        self._listening: set[asyncio.Task[None]] = set()

    @property
    def has_visitor(self) -> bool:
        """Somebody is there to talk with."""
        return any(map(_is_visitor, self._room.remote_participants.values()))

    async def attend(self) -> None:
        """Join, publish, greet, and stay until the visit is over."""
        self._watch_room()
        await self._room.connect(self._settings.url, self._token(self._identity), rtc.RoomOptions(auto_subscribe=False))
        self._reports.event("joined", room=self._name)
        await self.set_state("initializing")
        self._room.register_text_stream_handler("lk.chat", self._read_text)
        for participant in self._room.remote_participants.values():
            self._meet(participant)
        if self._publisher is not self._room:
            worker = self._token(f"{self._identity}-avatar", attributes={PUBLISH_ON_BEHALF: self._identity})
            await self._publisher.connect(self._settings.url, worker, rtc.RoomOptions(auto_subscribe=False))
        if not self._settings.gets_ready:
            await self._gone.wait()
            return
        voice = await self._publish_voice()
        motion = asyncio.create_task(self._show_motion()) if self._settings.motion else None
        await self.set_state("listening")
        if self._settings.greeting is not None:
            await voice.wait_for_subscription()
            await self.speak(*self._settings.greeting)
        await self._gone.wait()
        if motion is not None:
            motion.cancel()
        if self._publisher is not self._room:
            await self._publisher.disconnect()

    async def leave(self) -> None:
        """Leave the room. The library now and then neither returns from that nor tells of it."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._room.disconnect(), LEAVING)
        self._report_left(rtc.DisconnectReason.CLIENT_INITIATED)

    def _report_left(self, reason: Any) -> None:
        """The visit is over; said once, whoever is first to know."""
        if not self._gone.is_set():
            self._reports.event("left", room=self._name, reason=rtc.DisconnectReason.Name(reason))
        self._gone.set()

    # Speaking

    async def speak(self, wav: Path, text: str) -> None:
        """Say a file, with its words as one stream of deltas."""
        pcm = to_pcm(read_wav(wav).at_rate(VOICE_RATE))
        # Not awaited: the server's answer now and then gets lost, and the library waits 5 s for it.
        self._start(self.set_state("speaking"))
        self._reports.event("speaking")
        captions = asyncio.create_task(self._caption(text)) if text else None
        length = int(VOICE_FRAME * VOICE_RATE) * 2
        for start in range(0, len(pcm), length):
            frame = b"" if self._voiceless else pcm[start : start + length]
            frame = frame.ljust(length, b"\0")
            await self._voice.capture_frame(rtc.AudioFrame(frame, VOICE_RATE, 1, length // 2))
        await self._voice.wait_for_playout()
        if captions is not None:
            await captions
        if not self._voiceless:
            await self.set_state("listening")
        self._reports.event("spoken")

    async def lose_voice(self, how: str) -> None:
        """No sound any more, by `how` the word says; a sentence that is being spoken seems never to end."""
        self._voiceless = True
        if how == "muted" and self._voice_track is not None:
            self._voice_track.mute()
        elif how == "unpublished":
            await self._publisher.local_participant.unpublish_track(self._voice_sid)

    async def set_state(self, state: str) -> None:
        await self._room.local_participant.set_attributes({AGENT_STATE: state})

    async def caption_visitor(self, text: str, *, final: bool) -> None:
        """The visitor's words as the agent understood them: every update is a stream with the whole text."""
        attributes = {
            "lk.segment_id": f"visitor-{self._visitor_sid}",
            "lk.transcribed_track_id": self._visitor_sid,
            "lk.transcription_final": str(final).lower(),
        }
        writer = await self._room.local_participant.stream_text(
            topic=TRANSCRIPTION, attributes=attributes, sender_identity=self._visitor_identity
        )
        await writer.write(text)
        await writer.aclose()

    async def _caption(self, text: str) -> None:
        attributes = {"lk.segment_id": secrets.token_hex(4), "lk.transcribed_track_id": self._voice_sid}
        writer = await self._room.local_participant.stream_text(
            topic=TRANSCRIPTION, attributes={**attributes, "lk.transcription_final": "false"}
        )
        for word in text.split():
            await writer.write(f"{word} ")
        await writer.aclose(attributes={"lk.transcription_final": "true"})

    async def _publish_voice(self) -> rtc.LocalTrackPublication:
        track = self._voice_track = rtc.LocalAudioTrack.create_audio_track("voice", self._voice)
        options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE)
        publication = await self._publisher.local_participant.publish_track(track, options)
        self._voice_sid = publication.sid
        return publication

    async def _show_motion(self) -> None:
        width, height = MOTION_SIZE
        source = rtc.VideoSource(width, height)
        options = rtc.TrackPublishOptions(
            source=rtc.TrackSource.SOURCE_CAMERA,
            video_codec=rtc.VideoCodec.VP8,
            # Without it the client thinks 15 pictures a second enough for so small a one.
            video_encoding=rtc.VideoEncoding(max_framerate=MOTION_RATE, max_bitrate=300_000),
            simulcast=False,
        )
        track = rtc.LocalVideoTrack.create_video_track("motion", source)
        await self._publisher.local_participant.publish_track(track, options)
        half = (width // 2) * (height // 2)
        black = rtc.VideoFrame(width, height, rtc.VideoBufferType.I420, bytes(width * height) + b"\x80" * (2 * half))
        due = time.monotonic()
        while True:
            if not self.motion_frozen:
                source.capture_frame(black, timestamp_us=time.monotonic_ns() // 1000)
            due = max(due + 1 / MOTION_RATE, time.monotonic() - 1.0)  # after a freeze: no burst of old frames
            await asyncio.sleep(max(0.0, due - time.monotonic()))

    # Listening

    def heard(self) -> Sound:
        """The visitor's sound so far."""
        return from_pcm(bytes(self._pcm), HEARING_RATE)

    def forget_heard(self) -> None:
        self._pcm.clear()

    def _watch_room(self) -> None:
        room, reports = self._room, self._reports

        @room.on("participant_connected")
        def _joined(participant: rtc.RemoteParticipant) -> None:
            self._meet(participant)

        @room.on("participant_disconnected")
        def _left(participant: rtc.RemoteParticipant) -> None:
            if _is_visitor(participant):
                reason = participant.disconnect_reason
                why = None if reason is None else rtc.DisconnectReason.Name(reason)
                reports.event("visitor-left", identity=participant.identity, reason=why)
                # As agents do: who left on purpose does not come back, who was lost may.
                if reason in _ON_PURPOSE:
                    self._start(self.leave())

        @room.on("track_published")
        def _published(publication: rtc.RemoteTrackPublication, participant: rtc.RemoteParticipant) -> None:
            self._want(publication, participant)

        @room.on("track_subscribed")
        def _subscribed(
            track: rtc.Track, publication: rtc.RemoteTrackPublication, participant: rtc.RemoteParticipant
        ) -> None:
            self._visitor_sid, self._visitor_identity = publication.sid, participant.identity
            reports.event("visitor-track", source=rtc.TrackSource.Name(publication.source))
            self._start(self._listen(track))

        @room.on("track_unpublished")
        def _unpublished(publication: rtc.RemoteTrackPublication, participant: rtc.RemoteParticipant) -> None:
            if _is_visitor(participant):
                reports.event("visitor-track-ended")

        @room.on("disconnected")
        def _disconnected(reason: Any) -> None:
            self._report_left(reason)

    def _meet(self, participant: rtc.RemoteParticipant) -> None:
        if not _is_visitor(participant):
            return
        self._reports.event("visitor-joined", identity=participant.identity)
        for publication in participant.track_publications.values():
            self._want(publication, participant)

    def _want(self, publication: rtc.RemoteTrackPublication, participant: rtc.RemoteParticipant) -> None:
        """Subscribe as agents do: to a visitor's microphone and to nothing else."""
        if _is_visitor(participant) and publication.source == rtc.TrackSource.SOURCE_MICROPHONE:
            publication.set_subscribed(True)

    async def _listen(self, track: rtc.Track) -> None:
        stream = rtc.AudioStream(track, sample_rate=HEARING_RATE, num_channels=1)
        async for event in stream:
            self._pcm += event.frame.data.tobytes()
        await stream.aclose()

    def _read_text(self, reader: rtc.TextStreamReader, identity: str) -> None:
        async def read() -> None:
            text = await reader.read_all()
            self._reports.event("text", topic=reader.info.topic, text=text, identity=identity)

        self._start(read())

    def _start(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._listening.add(task)
        task.add_done_callback(self._listening.discard)

    def _token(self, identity: str, attributes: dict[str, str] | None = None) -> str:
        grants = api.VideoGrants(room_join=True, room=self._name, can_update_own_metadata=True)
        return (
            api.AccessToken(self._settings.api_key, self._settings.api_secret)
            .with_identity(identity)
            .with_kind("agent")
            .with_attributes(attributes or {})
            .with_ttl(datetime.timedelta(hours=1))
            .with_grants(grants)
            .to_jwt()
        )


def _is_visitor(participant: rtc.RemoteParticipant) -> bool:
    return participant.kind == rtc.ParticipantKind.PARTICIPANT_KIND_STANDARD
