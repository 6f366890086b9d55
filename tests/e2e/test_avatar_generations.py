"""Each generation of the vendor's packages, by a double of it: the whole kiosk, from the folder to the conversation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.app import AVATAR_CHECK
from kiosk.browser.generations import FIRST, GENERATIONS, SECOND, THIRD, Generation
from tests.e2e.conftest import StartKiosk
from tests.e2e.test_conversation import go_live
from tests.support.avatar_doubles import AvatarDoubles
from tests.support.fake_services import FakeAvatarApi, FakeConsole
from tests.support.pulse import PulseServer
from tests.support.sound import compare, read_wav
from tests.support.speech import Speaker
from tests.support.voice_agent import VoiceAgent
from tests.support.waiting import wait_until

KEY = "avatar-key-of-some-length"


PREPARATION = {
    1: ["initialize", "setSessionToken", "load", "new AvatarView"],
    2: ["initialize", "load", "new AvatarView"],
    3: ["new SpatialReal", "createSession"],
}
CONVERSATION = {
    1: ["new LiveKitProvider", "new AvatarPlayer", "connect", "publishAudio", "unpublishAudio", "disconnect"],
    2: ["new LiveKitProvider", "new AvatarPlayer", "connect", "publishAudio", "unpublishAudio", "disconnect"],
    3: ["dispose", "createSession", "start", "mic.muted", "mic.muted", "end"],
}


@pytest.fixture
def api() -> Iterator[FakeAvatarApi]:
    """Where the third generation's session tokens come from."""
    with FakeAvatarApi() as api:
        yield api


@pytest.mark.parametrize("generation", GENERATIONS, ids=lambda one: str(one.number))
def test_packages_in_a_folder_hold_a_conversation(
    generation: Generation,
    tmp_path: Path,
    console: FakeConsole,
    api: FakeAvatarApi,
    livekit_table: dict[str, Any],
    start_kiosk: StartKiosk,
    pulse: PulseServer,
    voice_agent: VoiceAgent,
    speaker: Speaker,
) -> None:
    """The visitor speaks into a microphone that is not the machine's default: what the third generation opens by
    itself has to give way to it."""
    pulse.add_microphone("other", "Other Microphone", default=True)
    pulse.add_microphone("desk", "Front Desk Microphone")
    doubles = AvatarDoubles(tmp_path / "sdk", generation)
    avatar = {
        "sdk": str(doubles.sdk),
        "app_id": "app_1",
        "avatar_id": "mira",
        "api_key": KEY,
        "console_endpoint": (api if generation is THIRD else console).url,
    }
    kiosk = start_kiosk({"livekit": livekit_table, "avatar": avatar, "microphone": {"device": "Front Desk*"}})
    kiosk.allow("told ")
    kiosk.wait_for_state("idle")
    assert kiosk.status()["avatar"]["sdk"] == str(doubles.sdk)
    assert [name for name, *_ in doubles.told(kiosk)] == PREPARATION[generation.number]

    go_live(kiosk, voice_agent)
    said = speaker.say("Where do I find the meeting room?")
    kiosk.wait_for_status("the microphone", lambda status: "Front Desk" in (status["microphone"]["active"] or ""))
    voice_agent.forget_heard()
    pulse.play_into("desk", said)
    wait_until(lambda: compare(read_wav(said), voice_agent.heard()).same, "the visitor to be heard", 10)

    kiosk.command("stop")
    kiosk.wait_for_state("idle")
    told = doubles.told(kiosk)
    before = len(PREPARATION[generation.number])
    after = before + len(CONVERSATION[generation.number])
    assert [name for name, *_ in told][before:after] == CONVERSATION[generation.number]
    assert not [call for call in told if call[0] == "misused"]
    assert (len(console.asked), len(api.asked)) == {1: (1, 0), 2: (0, 0), 3: (0, 1)}[generation.number]
    assert KEY not in kiosk.process.output()


def test_an_avatar_that_is_lost_on_the_way_gives_way_to_the_builtin_one(
    tmp_path: Path,
    api: FakeAvatarApi,
    livekit_table: dict[str, Any],
    start_kiosk: StartKiosk,
    microphone: None,
    voice_agent: VoiceAgent,
) -> None:
    """Its first session shows it to whoever passes by, and the second, a visitor's, does not load it any more."""
    doubles = AvatarDoubles(tmp_path / "sdk", THIRD)
    entry = doubles.sdk / "node_modules" / THIRD.packages[0] / "index.js"
    broken = """
        import { SpatialReal } from 'avatar-doubles/third';
        const { createSession } = SpatialReal.prototype;
        SpatialReal.prototype.createSession = function (options) {
          SpatialReal.prototype.createSession = () => Promise.reject(new Error('no such avatar'));
          return createSession.call(this, options);
        };
    """
    entry.write_text(broken + entry.read_text(encoding="utf-8"), encoding="utf-8")
    avatar = {"sdk": str(doubles.sdk), "app_id": "app_1", "avatar_id": "gone", "api_key": KEY}
    kiosk = start_kiosk({"livekit": livekit_table, "avatar": {**avatar, "console_endpoint": api.url}})
    kiosk.allow("told |no such avatar")
    kiosk.wait_for_state("idle")
    assert kiosk.status()["avatar"]["sdk"] == str(doubles.sdk)
    go_live(kiosk, voice_agent)
    status = kiosk.status()
    assert status["avatar"]["sdk"] == "builtin"
    assert status["recovery"]["count"] == 1


def test_other_packages_are_taken_between_two_visitors_with_all_that_follows_from_them(
    tmp_path: Path,
    console: FakeConsole,
    livekit_table: dict[str, Any],
    start_kiosk: StartKiosk,
    microphone: None,
    voice_agent: VoiceAgent,
) -> None:
    """As an installation does it: a link leads to the new folder from one moment to the next."""
    old, new = (AvatarDoubles(tmp_path / str(one.number), one) for one in (FIRST, SECOND))
    sdk = tmp_path / "sdk"
    sdk.symlink_to(old.sdk)
    avatar = {
        "sdk": str(sdk),
        "app_id": "app_1",
        "avatar_id": "mira",
        "region": "ap-northeast",
        "api_key": KEY,
        "console_endpoint": console.url,
    }
    kiosk = start_kiosk({"livekit": livekit_table, "avatar": avatar})
    kiosk.allow("told ")
    kiosk.wait_for_state("idle")
    go_live(kiosk, voice_agent)
    (tmp_path / "next").symlink_to(new.sdk)
    (tmp_path / "next").replace(sdk)
    kiosk.command("stop")
    kiosk.wait_for_state("idle")
    backend = wait_until(
        lambda: [call for call in new.told(kiosk) if call[0] == "initialize" and "region" in call[2]],
        "the new packages",
        AVATAR_CHECK + 15,
        details=kiosk.report,
    )
    assert backend[0][2] == {"region": "ap-northeast", "drivingServiceMode": "backend-mode"}
    kiosk.wait_for_status("its avatar", lambda status: status["state"] == "idle" and status["avatar"]["loaded"])
    go_live(kiosk, voice_agent)
    assert not [call for call in new.told(kiosk) if call[0] == "misused"]
    assert len(console.asked) == 1, "the new packages want no session token"
