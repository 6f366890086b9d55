"""The ears of the tests: they tell a sentence from another one, a tone from silence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.support.sound import SILENCE_DBFS, Sound, compare, from_pcm, read_wav, silence, to_pcm, tone, write_wav
from tests.support.speech import Speaker

SENTENCE = "Where is the meeting room on the second floor?"
OTHERS = (
    "The quick brown fox jumps over the lazy dog.",
    "Could you please tell me what time the building closes today?",
    "I have an appointment with your colleague at ten.",
)


def test_a_tone_has_its_frequency_and_level() -> None:
    heard = tone(440.0, 1.0, level=0.5)
    assert heard.dominant_hz == pytest.approx(440.0, abs=1.5)
    assert heard.dbfs == pytest.approx(-9.03, abs=0.1)


def test_silence_has_neither() -> None:
    assert silence(0.5).dbfs == SILENCE_DBFS
    assert silence(0.5).dominant_hz == 0.0


def test_a_wav_file_and_pcm_give_back_what_went_in(tmp_path: Path) -> None:
    sound = tone(1000.0, 0.1)
    assert np.allclose(read_wav(write_wav(sound, tmp_path / "tone.wav")).samples, sound.samples, atol=1e-4)
    assert np.allclose(from_pcm(to_pcm(sound) + b"\1", sound.rate).samples, sound.samples, atol=1e-4)


def test_a_sentence_is_found_late_quiet_filtered_and_in_noise(speaker: Speaker) -> None:
    said = read_wav(speaker.say(SENTENCE))
    noise = np.random.default_rng(7).normal(0.0, 0.002, int(6.0 * 48_000))
    filtered = np.convolve(said.at_rate(48_000).samples, [0.05, 0.1, 0.05], mode="same")
    noise[48_000 : 48_000 + len(filtered)] += filtered
    match = compare(said, Sound(noise.astype(np.float32), 48_000))
    assert match.same
    assert match.delay == pytest.approx(1.0, abs=0.05)


@pytest.mark.parametrize("other", OTHERS)
def test_another_sentence_of_the_same_voice_is_not_taken_for_it(speaker: Speaker, other: str) -> None:
    assert not compare(read_wav(speaker.say(SENTENCE)), read_wav(speaker.say(other))).same


def test_a_sentence_with_drop_outs_and_stretched_by_a_jitter_buffer_is_still_found(speaker: Speaker) -> None:
    said = read_wav(speaker.say(SENTENCE)).at_rate(48_000)
    first, second, third = np.split(said.samples, [len(said.samples) // 3, len(said.samples) * 2 // 3])
    stretched = np.interp(np.arange(int(len(second) * 1.15)) / 1.15, np.arange(len(second)), second)
    heard = np.concatenate([first, np.zeros(4_800), stretched, np.zeros(2_400), third]).astype(np.float32)
    assert compare(said, Sound(heard, 48_000)).same


def test_a_word_or_two_are_not_compared(speaker: Speaker) -> None:
    word = read_wav(speaker.say("Yes."))
    with pytest.raises(ValueError, match="too little"):
        compare(word, word)


def test_silence_and_a_tone_are_no_sentence(speaker: Speaker) -> None:
    said = read_wav(speaker.say(SENTENCE))
    assert compare(said, silence(5.0)).similarity == 0.0
    assert compare(said, tone(300.0, 5.0)).similarity < 0.3
