"""Which microphone a configuration means, among what is present."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.audio.ranking import AudioDevice, Reason, Wish, choose, enumerated, rank, with_default

DESK, WEBCAM, JABRA, JABRA_TWO, MONITOR = enumerated(
    [
        ("a1", "Desk Microphone [Generic]"),
        ("a2", "HD Webcam"),
        ("a3", "Jabra Speak 510"),
        ("a4", "Jabra Speak 510"),
        ("a5", "Monitor of Jabra Speak 510"),
    ],
    default_id="a2",
)
PRESENT = (DESK, WEBCAM, JABRA, JABRA_TWO, MONITOR)


def names(wish: Wish, devices: tuple[AudioDevice, ...] = PRESENT) -> list[str]:
    return [device.name for device in rank(wish, devices)]


class TestEnumerated:
    def test_devices_of_equal_label_are_told_apart_by_their_order(self) -> None:
        assert [device.name for device in PRESENT] == [
            "Desk Microphone [Generic]",
            "HD Webcam",
            "Jabra Speak 510",
            "Jabra Speak 510 #2",
            "Monitor of Jabra Speak 510",
        ]

    def test_entries_that_are_no_device_are_left_out(self) -> None:
        listed = [("default", ""), ("communications", "Headset"), ("", ""), ("b1", "Headset")]
        assert enumerated(listed) == (AudioDevice("b1", "Headset"),)

    def test_the_default_is_marked(self) -> None:
        assert [device.id for device in PRESENT if device.is_default] == ["a2"]


class TestAuto:
    def test_the_default_comes_first_and_a_monitor_never(self) -> None:
        assert names("auto") == ["HD Webcam", "Desk Microphone [Generic]", "Jabra Speak 510", "Jabra Speak 510 #2"]

    def test_a_monitor_that_is_the_default_is_passed_over(self) -> None:
        devices = with_default(PRESENT, MONITOR)
        assert names("auto", devices)[0] == "Desk Microphone [Generic]"

    def test_only_a_monitor_is_nothing(self) -> None:
        assert choose("auto", [MONITOR]).device is None

    @pytest.mark.parametrize("wish", ["", "  ", [], [" "]])
    def test_an_empty_wish_is_auto(self, wish: Wish) -> None:
        assert names(wish) == names("auto")


class TestNames:
    @pytest.mark.parametrize("wish", ["HD Webcam", "hd  webcam", " HD webcam\t", "HD*", "*cam", "?D Webcam"])
    def test_case_and_white_space_do_not_matter_and_wildcards_do(self, wish: str) -> None:
        assert names(wish) == ["HD Webcam"]

    def test_square_brackets_are_literal(self) -> None:
        assert names("Desk Microphone [Generic]") == ["Desk Microphone [Generic]"]
        assert names("desk*[generic]") == ["Desk Microphone [Generic]"]
        assert names("[HX]D Webcam") == []

    def test_a_label_means_all_devices_that_carry_it_and_an_ordinal_one_of_them(self) -> None:
        assert names("Jabra Speak 510") == ["Jabra Speak 510", "Jabra Speak 510 #2"]
        assert names("jabra speak 510 #2") == ["Jabra Speak 510 #2"]

    def test_an_exact_name_goes_before_what_a_wildcard_would_find_earlier(self) -> None:
        devices = enumerated([("1", "Array Microphone"), ("2", "Array *")])
        assert names("Array *", devices) == ["Array *", "Array Microphone"]

    def test_a_wildcard_does_not_reach_a_monitor_unless_it_says_so(self) -> None:
        assert "Monitor of Jabra Speak 510" not in names("*Jabra*")
        assert names("Monitor of *") == ["Monitor of Jabra Speak 510"]

    def test_an_ordered_list_is_followed_in_its_order_and_auto_may_end_it(self) -> None:
        wish = ["Røde*", "Jabra*", "auto"]
        assert names(wish) == ["Jabra Speak 510", "Jabra Speak 510 #2", "HD Webcam", "Desk Microphone [Generic]"]


class TestChoose:
    def test_the_first_of_the_wish_is_wanted(self) -> None:
        choice = choose(["Jabra*", "HD*"], PRESENT)
        assert (choice.device, choice.reason) == (JABRA, Reason.WANTED)
        assert choice.candidates == (JABRA, JABRA_TWO, WEBCAM)

    def test_unplugged_the_next_of_the_list_takes_over(self) -> None:
        choice = choose(["Jabra*", "HD*"], [DESK, WEBCAM], current=JABRA)
        assert (choice.device, choice.reason) == (WEBCAM, Reason.FALLBACK)

    def test_plugged_in_again_a_running_session_keeps_what_it_has(self) -> None:
        choice = choose(["Jabra*", "HD*"], PRESENT, current=WEBCAM)
        assert (choice.device, choice.reason) == (WEBCAM, Reason.KEPT)

    def test_the_next_session_has_the_wanted_one_again(self) -> None:
        assert choose(["Jabra*", "HD*"], PRESENT).device == JABRA

    def test_a_fallback_that_stays_best_is_a_fallback_still(self) -> None:
        choice = choose(["Jabra*", "HD*"], [WEBCAM], current=WEBCAM)
        assert (choice.device, choice.reason) == (WEBCAM, Reason.FALLBACK)

    def test_after_a_page_load_the_current_device_is_known_by_its_name(self) -> None:
        reloaded = enumerated([(f"new-{device.id}", device.label) for device in PRESENT])
        choice = choose("auto", reloaded, current=JABRA_TWO)
        assert choice.device is not None
        assert (choice.device.id, choice.device.name) == ("new-a4", "Jabra Speak 510 #2")

    def test_nothing_that_fits_is_none(self) -> None:
        choice = choose("Røde*", PRESENT)
        assert (choice.device, choice.reason, choice.candidates) == (None, Reason.NONE, ())


def test_the_default_is_carried_over_by_name_not_by_id() -> None:
    chromium = enumerated([("x", "Jabra Speak 510"), ("y", "Jabra Speak 510")])
    assert [device.is_default for device in with_default(chromium, JABRA_TWO)] == [False, True]
    assert not any(device.is_default for device in with_default(chromium, None))


LABELS = st.sampled_from(
    ["Jabra", "jabra", "HD Webcam", "Desk [USB]", "Monitor of Desk", "*", "?", "", "#2", "Jabra #2"]
)
DEVICES = st.lists(LABELS, max_size=6).map(
    lambda labels: enumerated([(f"id{n}", text) for n, text in enumerate(labels)])
)
WISHES = st.one_of(
    LABELS, st.just("auto"), st.lists(st.one_of(LABELS, st.text(max_size=5), st.just("auto")), max_size=4)
)


@given(WISHES, DEVICES)
def test_a_ranking_names_present_devices_once(wish: Wish, devices: tuple[AudioDevice, ...]) -> None:
    ranked = rank(wish, devices)
    assert len(set(ranked)) == len(ranked)
    assert set(ranked) <= set(devices)


@given(WISHES, DEVICES, DEVICES)
def test_a_choice_is_present_and_sticks(
    wish: Wish, before: tuple[AudioDevice, ...], after: tuple[AudioDevice, ...]
) -> None:
    first = choose(wish, before)
    assert first.device == (first.candidates[0] if first.candidates else None)
    second = choose(wish, after, current=first.device)
    assert second.device is None or second.device in after
    assert choose(wish, after, current=second.device).device == second.device


@given(DEVICES)
def test_auto_never_finds_a_monitor(devices: tuple[AudioDevice, ...]) -> None:
    assert not any(device.is_monitor for device in rank("auto", devices))


@given(DEVICES.filter(lambda devices: any(device.label for device in devices)), st.data())
def test_every_device_can_be_meant_by_its_own_name(devices: tuple[AudioDevice, ...], data: st.DataObject) -> None:
    device = data.draw(st.sampled_from([device for device in devices if device.label]))
    assert device in rank(device.name, devices)
