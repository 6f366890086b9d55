"""What the avatar needs of Chromium is there; what opens doors is not."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from tests.engine.engine import Engine
from tests.support.listening import listening_ports
from tests.support.waiting import wait_until

WEBGL = """(() => {
  const gl = document.createElement("canvas").getContext("webgl2");
  gl.clearColor(0, 1, 0, 1);
  gl.clear(gl.COLOR_BUFFER_BIT);
  const pixel = new Uint8Array(4);
  gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
  return [...pixel];
})()"""

ENCODED_FRAMES = """(async () => {
  const code = `onrtctransform = ({ transformer }) => {
    transformer.readable.pipeThrough(new TransformStream({
      transform(frame, out) { out.enqueue(frame); postMessage(frame.data.byteLength); },
    })).pipeTo(transformer.writable);
  };`;
  const worker = new Worker(URL.createObjectURL(new Blob([code], { type: "text/javascript" })));
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d");
  const beat = setInterval(() => pen.fillRect(Math.random() * 100, 0, 50, 50), 30);
  const [there, here] = [new RTCPeerConnection(), new RTCPeerConnection()];
  there.onicecandidate = (event) => here.addIceCandidate(event.candidate);
  here.onicecandidate = (event) => there.addIceCandidate(event.candidate);
  here.ontrack = (event) => { event.receiver.transform = new RTCRtpScriptTransform(worker, {}); };
  there.addTrack(canvas.captureStream(30).getTracks()[0]);
  await there.setLocalDescription();
  await here.setRemoteDescription(there.localDescription);
  await here.setLocalDescription();
  await there.setRemoteDescription(here.localDescription);
  const size = await new Promise((ok) => { worker.onmessage = (event) => ok(event.data); });
  clearInterval(beat);
  there.close();
  here.close();
  worker.terminate();
  return size;
})()"""

SOUND_WITHOUT_A_TAP = """(async () => {
  const context = new AudioContext();
  await Promise.race([context.resume(), new Promise((ok) => setTimeout(ok, 3000))]);
  const state = context.state;
  await context.close();
  return state;
})()"""


@pytest.mark.parametrize("gpu", ["auto", "off"])
def test_the_avatar_can_draw(start_engine: Callable[..., Engine], gpu: str) -> None:
    engine = start_engine(None, f"--gpu={gpu}")
    engine.load()
    assert engine.evaluate(WEBGL) == [0, 255, 0, 255]


def test_the_page_is_really_seen(shared_engine: Engine) -> None:
    """Chromium may draw every frame into a buffer that never reaches the screen."""
    green = [29, 77, 63]
    assert wait_until(
        lambda: bool((shared_engine.screen.pixels()[-50:, :] == green).all()),
        "the page's colour on the screen",
        every=0.2,
    )


def test_encoded_video_frames_reach_a_worker(shared_engine: Engine) -> None:
    assert shared_engine.evaluate(ENCODED_FRAMES, timeout=20) > 0


def test_sound_plays_without_a_tap(shared_engine: Engine) -> None:
    assert shared_engine.evaluate(SOUND_WITHOUT_A_TAP) == "running"


def test_the_microphone_is_granted_to_our_page(shared_engine: Engine) -> None:
    labels = shared_engine.evaluate(
        """(async () => {
          const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
          stream.getTracks().forEach((track) => track.stop());
          return (await navigator.mediaDevices.enumerateDevices())
            .filter((device) => device.kind === "audioinput")
            .map((device) => device.label);
        })()"""
    )
    assert labels
    assert all(labels)


def test_the_environment_adds_nothing(start_engine: Callable[..., Engine], free_port: int) -> None:
    engine = start_engine(
        None,
        "--webEngineArgs",
        f"--remote-debugging-port={free_port}",
        environment={
            "QTWEBENGINE_REMOTE_DEBUGGING": str(free_port),
            "QTWEBENGINE_CHROMIUM_FLAGS": f"--remote-debugging-port={free_port} --disable-web-security",
        },
    )
    engine.load()
    warnings = " ".join(engine.wait("ready")["warnings"])
    for name in ("QTWEBENGINE_REMOTE_DEBUGGING", "QTWEBENGINE_CHROMIUM_FLAGS", "--webEngineArgs"):
        assert name in warnings
    assert listening_ports(engine.process.pid) == set()
    assert engine.evaluate("fetch('https://example.org/').then(() => 'done')").startswith("TypeError")


def test_the_check_for_ports_sees_one(free_port: int) -> None:
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", free_port))
        listener.listen()
        assert listening_ports(os.getpid()) == {free_port}


@pytest.fixture
def free_port() -> Iterator[int]:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
