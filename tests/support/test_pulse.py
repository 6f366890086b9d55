"""The rig's sound devices: what is played into a microphone is recorded from it, and plugs can be pulled."""

from __future__ import annotations

from tests.support.pulse import Capture, PulseServer
from tests.support.sound import SILENCE_DBFS, compare, read_wav
from tests.support.speech import Speaker
from tests.support.waiting import wait_until


def test_a_microphone_carries_what_is_spoken_into_it_and_nothing_else(pulse: PulseServer, speaker: Speaker) -> None:
    pulse.add_microphone("desk", "Front Desk Microphone")
    pulse.add_microphone("ceiling", "Ceiling Array")
    sentence = speaker.say("Good morning, where is the meeting room?")
    with pulse.record("desk") as desk, pulse.record("ceiling") as ceiling:
        pulse.play_into("desk", sentence)
        heard, other = desk.close(), ceiling.close()
    assert compare(read_wav(sentence), heard).same
    assert other.dbfs == SILENCE_DBFS


def test_the_loudspeaker_is_heard_on_its_monitor(pulse: PulseServer, speaker: Speaker) -> None:
    sentence = speaker.say("Please take a seat, somebody will be with you shortly.")
    with pulse.record() as recording:
        pulse.play_on_speaker(sentence)
        assert compare(read_wav(sentence), recording.close()).same


def test_people_read_the_description_and_the_wanted_one_is_the_default(pulse: PulseServer) -> None:
    pulse.add_microphone("desk", "Front Desk (left) Microphone", default=True)
    assert "Description: Front Desk (left) Microphone" in pulse.pactl("list", "sources")
    assert pulse.pactl("get-default-source") == "desk"
    assert pulse.pactl("get-default-sink") == "speaker"


def test_a_pulled_plug_moves_a_recording_and_a_replugged_one_is_there_again(pulse: PulseServer) -> None:
    """The trap the kiosk has to see through: the program that records is told nothing."""
    pulse.add_microphone("desk", "Front Desk Microphone")
    pulse.add_microphone("ceiling", "Ceiling Array")
    with pulse.record("desk", name="a program") as recording:
        wait_until(lambda: pulse.captures() == [Capture("a program", "desk")], "the capture of desk")
        pulse.unplug("desk")
        wait_until(
            lambda: [capture.source for capture in pulse.captures()] != ["desk"], "the capture to be moved elsewhere"
        )
        before = recording.so_far().seconds
        recording.wait_for(before + 0.2)
    wait_until(lambda: pulse.captures() == [], "no capture")
    pulse.plug_in("desk")
    assert "desk\t" in pulse.pactl("list", "short", "sources")


def test_a_muted_microphone_is_silent(pulse: PulseServer, speaker: Speaker) -> None:
    pulse.add_microphone("desk", "Front Desk Microphone")
    pulse.mute("desk")
    with pulse.record("desk") as recording:
        pulse.play_into("desk", speaker.say("Nobody hears this."))
        assert recording.close().dbfs == SILENCE_DBFS


def test_a_daemon_that_died_comes_back_on_the_same_socket_with_what_was_plugged_in(pulse: PulseServer) -> None:
    pulse.add_microphone("desk", "Front Desk Microphone", default=True)
    pulse.add_microphone("ceiling", "Ceiling Array")
    pulse.unplug("ceiling")
    before = pulse.environment
    pulse.kill()
    pulse.start_again()
    assert pulse.environment == before
    assert pulse.pactl("get-default-source") == "desk"
    assert pulse.pactl("get-default-sink") == "speaker"
    sources = pulse.pactl("list", "short", "sources")
    assert "desk\t" in sources
    assert "ceiling\t" not in sources
    with pulse.record("desk") as recording:
        recording.wait_for(0.2)


def test_a_pulled_loudspeaker_leaves_the_sound_to_the_next(pulse: PulseServer, speaker: Speaker) -> None:
    pulse.add_loudspeaker("hdmi", "Screen")
    assert pulse.pactl("get-default-sink") == "speaker"
    sentence = speaker.say("Please take a seat, somebody will be with you shortly.")
    pulse.unplug_loudspeaker("speaker")
    with pulse.record("hdmi.monitor") as recording:
        pulse.play_on_speaker(sentence, "hdmi")
        assert compare(read_wav(sentence), recording.close()).same
    pulse.plug_in_loudspeaker("speaker")
    assert pulse.pactl("get-default-sink") == "speaker"
