"""Which test shows what a setting does. A key that is not shown by any fails here, and so does a test that is gone."""

from __future__ import annotations

import re

import pytest

from kiosk.config.fields import all_keys
from tests.support.kiosk_process import PROJECT

CALLED_WITH = "e2e/test_session_keys.py::test_what_the_avatar_and_the_room_are_called_with"
LOUDNESS = "e2e/test_session_keys.py::test_the_speaker_is_the_one_that_is_named_and_never_louder_than_allowed"
LOOKS = "e2e/test_screen_keys.py::test_every_look_is_seen"
AT_ONCE = "e2e/test_screen_keys.py::test_looks_change_at_once_and_without_a_flicker"
HOURS = "e2e/test_screen_keys.py::test_outside_the_opening_hours_it_is_closed_by_the_clock_of_the_site"
CORNER = "e2e/test_admin_corner.py::test_the_configured_corner_is_the_only_one_and_it_closes_by_itself"
FIGURES = "e2e/test_other_keys.py::test_figures_are_served_where_the_file_says"
LOG = "e2e/test_other_keys.py::test_debug_is_more_than_warnings_and_a_file_gets_it_too"
PATIENCE = "unit/wiring/test_values.py::test_every_patience_of_the_file_is_the_policys"
"""Minutes, or a damage nobody can do on purpose, lie between these and what they do: see `tests/unit/session`."""

ENDPOINT = "e2e/test_trouble.py::test_both_spellings_of_a_token_endpoints_answer_lead_to_a_conversation"

SHOWN_BY = {
    "livekit.url": CALLED_WITH,
    "livekit.token_endpoint": ENDPOINT,
    "livekit.token_endpoint_headers": ENDPOINT,
    "livekit.token_endpoint_timeout": (
        "e2e/test_session_keys.py::test_a_slow_token_endpoint_is_waited_for_as_long_as_the_file_says"
    ),
    "livekit.api_key": "e2e/test_trouble.py::test_a_wrong_secret_is_a_fault_with_its_name_and_never_in_the_log",
    "livekit.api_secret": "e2e/test_trouble.py::test_a_wrong_secret_is_a_fault_with_its_name_and_never_in_the_log",
    **dict.fromkeys(
        [f"livekit.{key}" for key in ("room_prefix", "identity_prefix", "agent_name", "agent_metadata", "token_ttl")],
        CALLED_WITH,
    ),
    **dict.fromkeys(
        [
            *("avatar.sdk", "avatar.app_id", "avatar.avatar_id", "avatar.environment", "avatar.api_key"),
            *("avatar.console_endpoint", "avatar.session_token_ttl", "avatar.log_level", "avatar.jitter_buffer"),
            *("avatar.transition_start_frames", "avatar.transition_end_frames", "avatar.max_buffer_delay_ms"),
        ],
        CALLED_WITH,
    ),
    "avatar.packages": "unit/cli/test_sdk.py::test_another_configuration_may_be_named",
    "avatar.region": (
        "e2e/test_avatar_generations.py::"
        "test_other_packages_are_taken_between_two_visitors_with_all_that_follows_from_them"
    ),
    "microphone.device": (
        "e2e/test_microphone.py::"
        "test_unplugged_in_a_conversation_the_next_takes_over_and_the_wanted_one_returns_next_time"
    ),
    **dict.fromkeys(
        [f"microphone.{key}" for key in ("echo_cancellation", "noise_suppression", "auto_gain")], CALLED_WITH
    ),
    **dict.fromkeys([f"speaker.{key}" for key in ("device", "volume", "max_volume")], LOUDNESS),
    "session.start": "e2e/test_session_keys.py::test_a_kiosk_may_begin_by_itself",
    "session.idle_timeout": "e2e/test_conversation.py::test_silence_ends_the_conversation",
    "session.warning": "e2e/test_session_keys.py::test_the_countdown_begins_when_the_file_says",
    "session.max_duration": "e2e/test_conversation.py::test_the_maximum_ends_the_conversation",
    "session.agent_timeout": "e2e/test_trouble.py::test_an_agent_that_never_comes_ends_the_wait_with_its_name",
    "recovery.heartbeat_limit": "e2e/test_other_keys.py::test_a_page_may_be_silent_for_as_long_as_the_file_says",
    "recovery.connect_timeout": "e2e/test_other_keys.py::test_a_connect_is_given_up_when_the_file_says",
    **dict.fromkeys(
        [
            *("recovery.resume_timeout", "recovery.reconnect_timeout", "recovery.reload_timeout"),
            *("recovery.rebuild_timeout", "recovery.backoff_initial", "recovery.backoff_max", "recovery.healthy_after"),
            *("recovery.attempts_per_rung", "recovery.restarts", "recovery.retry_max", "recovery.page_age"),
            *("recovery.page_memory", "recovery.process_memory"),
        ],
        PATIENCE,
    ),
    "display.fullscreen": "e2e/test_screen_keys.py::test_it_can_be_a_window",
    "display.screen": "e2e/test_screen_keys.py::test_the_named_screen_is_used",
    "display.rotation": "e2e/test_screen_keys.py::test_the_picture_turns",
    "display.zoom": "e2e/test_screen_keys.py::test_zoom_makes_everything_larger",
    "display.gpu": "e2e/test_screen_keys.py::test_drawing_without_a_graphics_card_is_told_to_every_process",
    **dict.fromkeys(
        [f"appearance.{key}" for key in ("organisation", "background", "theme", "languages")],
        LOOKS,
    ),
    "appearance.logo": AT_ONCE,
    "appearance.accent": AT_ONCE,
    "appearance.captions": "e2e/test_screen_keys.py::test_what_is_said_is_shown_as_text_unless_the_file_says_otherwise",
    "appearance.contact": "e2e/test_screen_keys.py::test_whom_to_call_is_shown_out_of_order",
    "schedule.timezone": HOURS,
    **dict.fromkeys([f"schedule.open.{day}" for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")], HOURS),
    "admin.pin_hash": "e2e/test_admin_corner.py::test_the_corner_opens_to_whoever_knows_the_pin",
    **dict.fromkeys([f"admin.{key}" for key in ("corner", "gesture", "keys", "close_after")], CORNER),
    "monitoring.port": FIGURES,
    "monitoring.bind": FIGURES,
    "log.level": LOG,
    "log.file": LOG,
    "log.format": "e2e/test_other_keys.py::test_a_log_for_people_has_a_line_of_text_for_each_thing",
    "log.transcripts": "e2e/test_report.py::test_no_secret_and_nobodys_word_is_in_a_report",
}


def test_every_key_is_shown_by_a_test() -> None:
    assert SHOWN_BY.keys() == {key.dotted for key in all_keys()}


@pytest.mark.parametrize("test", sorted(set(SHOWN_BY.values())))
def test_the_test_is_there(test: str) -> None:
    file, _, name = test.partition("::")
    assert re.search(rf"^(async )?def {name}\(", (PROJECT / "tests" / file).read_text(encoding="utf-8"), re.MULTILINE)
