import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.config import Loaded, load_settings
from kiosk.config.times import Opening

GOOD = """\
[livekit]
url = "wss://livekit.example.com"
api_key = "devkey"
api_secret = "a-secret-of-thirty-two-characters"
"""

Load = Callable[..., Loaded]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Load this text, with these environment variables."""

    def load_text(text: str, **environ: str) -> Loaded:
        path = tmp_path / "config.toml"
        path.write_text(text, encoding="utf-8")
        return load_settings(path, environ, installed_sdk=tmp_path / "no-sdk")

    return load_text


def test_without_a_file_it_is_demo_mode() -> None:
    loaded = load_settings(None, {})
    assert (loaded.settings.demo, loaded.path, loaded.problems) == (True, None, ())


@pytest.mark.parametrize("text", ["", "# only a remark\n", "[livekit]\n", '[appearance]\norganisation = "Example"\n'])
def test_without_a_server_it_is_demo_mode(load: Load, text: str) -> None:
    loaded = load(text)
    assert (loaded.settings.demo, loaded.problems) == (True, ())


def test_reads_everything(load: Load, tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_text("<svg/>")
    loaded = load(
        GOOD
        + """
        token_ttl = "2m"
        [microphone]
        device = ["Jabra*", "auto"]
        [speaker]
        device = "HDMI"
        [display]
        screen = 1
        zoom = 2
        [appearance]
        logo = "logo.svg"
        accent = "#FA0"
        languages = ["en", "de-AT", "en"]
        [schedule]
        timezone = "Europe/Vienna"
        open.mon = ["08:00-12:00", "13:00 – 18:00"]
        open.fri = ["22:00-02:00"]
        open.sat = ["00:00-24:00"]
        [log]
        file = "logs/kiosk.log"
        """
    )
    assert loaded.problems == ()
    assert loaded.usable
    found = loaded.settings
    assert not found.demo
    assert found.livekit.token_ttl == 120.0
    assert found.microphone.device == ("Jabra*", "auto")
    assert found.speaker.device == ("HDMI",)
    assert (found.display.screen, found.display.zoom) == (1, 2.0)
    assert found.appearance.logo == tmp_path / "logo.svg"
    assert found.appearance.accent == "#ffaa00"
    assert found.appearance.languages == ("en", "de-AT")
    assert str(found.schedule.timezone) == "Europe/Vienna"
    assert found.schedule.open.mon == (Opening(480, 720), Opening(780, 1080))
    assert found.schedule.open.fri == (Opening(1320, 120),)
    assert found.schedule.open.sat == (Opening(0, 1440),)
    assert found.schedule.open.tue == ()
    assert found.log.file == tmp_path / "logs" / "kiosk.log"


def test_the_countdown_fits_into_a_short_idle_time(load: Load) -> None:
    assert load("[session]\nidle_timeout = '4s'\n").settings.session.warning == 1.0
    assert load("").settings.session.warning == 15.0


# Each row: a text, the key, where it is told, and words of what is told.
BROKEN = [
    ("contact = 'x'", "contact", (1, 1), "It belongs in [appearance]."),
    ("device = 'auto'", "device", (1, 1), "It belongs in [microphone] or [speaker]."),
    ("[livekti]\nx = 1", "livekti", (1, 1), "Did you mean [livekit]?"),
    ("[weather]\nx = 1", "weather", (1, 1), "Tables: livekit, avatar"),
    ("livekit = 5", "livekit", (1, 11), "Write [livekit] on a line of its own"),
    ("[session]\nidle_timout = '5s'", "session.idle_timout", (2, 1), "Did you mean session.idle_timeout?"),
    ("[session]\nidleTimeout = '5s'", "session.idleTimeout", (2, 1), "Did you mean session.idle_timeout?"),
    ("[session]\nvolume = 5", "session.volume", (2, 1), "It belongs in [speaker]."),
    ("[session]\nxyzzy = 5", "session.xyzzy", (2, 1), "Keys of [session]: start, idle_timeout"),
    ("[session]\nidle_timeout = 60", "session.idle_timeout", (2, 16), '"1m" if seconds are meant'),
    ("[session]\nidle_timeout = '60'", "session.idle_timeout", (2, 16), "Units are ms, s, m and h"),
    ("[session]\nidle_timeout = '2h'", "session.idle_timeout", (2, 16), 'a duration from "1s" to "1h"'),
    ("[session]\nidle_timeout = true", "session.idle_timeout", (2, 16), "a duration from"),
    ("[session]\nstart = 'tab'", "session.start", (2, 9), 'Did you mean "tap"?'),
    ("[session]\nwarning = '2m'", "session.warning", (2, 11), "session.idle_timeout is 1m"),
    ("[recovery]\nheartbeat_limit = '1s'", "recovery.heartbeat_limit", (2, 19), 'from "2s"'),
    ("[recovery]\nbackoff_initial = '0s'", "recovery.backoff_initial", (2, 19), 'from "50ms"'),
    ("[recovery]\nbackoff_initial = '40s'", "recovery.backoff_initial", (2, 19), "recovery.backoff_max is 30s"),
    ("[recovery]\nattempts_per_rung = 0", "recovery.attempts_per_rung", (2, 21), "a whole number from 1 to 10"),
    ("[speaker]\nvolume = 101", "speaker.volume", (2, 10), "a whole number from 0 to 100"),
    ("[speaker]\nvolume = '80%'", "speaker.volume", (2, 10), "Write 80 without quotes."),
    ("[speaker]\nvolume = 80.5", "speaker.volume", (2, 10), "a whole number from 0 to 100"),
    ("[speaker]\nvolume = true", "speaker.volume", (2, 10), "a whole number from 0 to 100"),
    ("[microphone]\ndevice = []", "microphone.device", (2, 10), '"auto", a name, or a list'),
    ("[microphone]\ndevice = ['x', 5]", "microphone.device", (2, 10), '"auto", a name, or a list'),
    ("[microphone]\nauto_gain = 'true'", "microphone.auto_gain", (2, 13), "Write true without quotes."),
    ("[microphone]\nauto_gain = 1", "microphone.auto_gain", (2, 13), "true or false"),
    ("[display]\nrotation = 45", "display.rotation", (2, 12), "0, 90, 180 or 270"),
    ("[display]\nrotation = false", "display.rotation", (2, 12), "0, 90, 180 or 270"),
    ("[display]\nrotation = 90.0", "display.rotation", (2, 12), "0, 90, 180 or 270"),
    ("[display]\nzoom = 0", "display.zoom", (2, 8), "a number from 0.25 to 5"),
    ("[display]\nscreen = -1", "display.screen", (2, 10), "the number of a screen"),
    ("[appearance]\naccent = 'blue'", "appearance.accent", (2, 10), "six digits"),
    ("[appearance]\nlogo = 'none.png'", "appearance.logo", (2, 8), "there is no file"),
    ("[appearance]\nlogo = 'logo.gif'", "appearance.logo", (2, 8), ".svg, .png"),
    ("[appearance]\nlogo = '.png'", "appearance.logo", (2, 8), ".svg, .png"),
    ("[appearance]\nlogo = 'https://x/logo.png'", "appearance.logo", (2, 8), "Copy the file to this machine"),
    ("[appearance]\nbackground = 'file.txt'", "appearance.background", (2, 14), "a colour such as"),
    ("[appearance]\nbackground = '#12345'", "appearance.background", (2, 14), "a colour such as"),
    ("[appearance]\nlanguages = ['English']", "appearance.languages", (2, 13), "a list of languages"),
    ("[appearance]\norganisation = '''a\nb'''", "appearance.organisation", (2, 16), "a text of one line"),
    ("[schedule]\ntimezone = 'Europe/Viena'", "schedule.timezone", (2, 12), 'Did you mean "Europe/Vienna"?'),
    ("[schedule]\nopen.mon = '08:00-18:00'", "schedule.open.mon", (2, 12), "Put brackets around it."),
    ("[schedule]\nopen.mon = ['8-18']", "schedule.open.mon", (2, 12), '["08:00-12:00"'),
    ("[schedule]\nopen.mon = ['08:00-25:00']", "schedule.open.mon", (2, 12), "Times run from 00:00 to 24:00."),
    ("[schedule]\nopen.mon = 8", "schedule.open.mon", (2, 12), "a list of spans"),
    ("[schedule]\nopen.monday = []", "schedule.open.monday", (2, 1), "Did you mean schedule.open.mon?"),
    ("[monitoring]\nport = 70000", "monitoring.port", (2, 8), "a whole number from 1 to 65535"),
    ("[monitoring]\nbind = 'localhost'", "monitoring.bind", (2, 8), 'Write "127.0.0.1".'),
    ("[log]\nlevel = 'loud'", "log.level", (2, 9), '"debug", "info", "warning" or "error"'),
    ("[admin]\npin_hash = '1234'", "admin.pin_hash", (2, 12), "set-pin"),
    ("[avatar]\nsdk = 'bultin'", "avatar.sdk", (2, 7), 'Did you mean "builtin"?'),
    ("[avatar]\nsession_token_ttl = '2h'", "avatar.session_token_ttl", (2, 21), 'to "1h"'),
    ("[avatar]\nenvironment = 'eu'", "avatar.environment", (2, 15), '"intl" or "cn"'),
    ("[avatar]\nconsole_endpoint = 'ftp://x'", "avatar.console_endpoint", (2, 20), "https:// or http://"),
    (GOOD + "room_prefix = 'a b'", "livekit.room_prefix", (5, 15), "letters, digits"),
    (GOOD + "agent_metadata = 'x'", "livekit.agent_metadata", (5, 18), "without livekit.agent_name"),
    (GOOD + "token_endpoint_headers = { a = 'b' }", "livekit.token_endpoint_headers", (5, 26), "token_endpoint"),
    (GOOD + "token_ttl = '30s'", "livekit.token_ttl", (5, 13), 'from "1m" to "1h"'),
]


@pytest.mark.parametrize(("text", "key", "place", "words"), BROKEN)
def test_one_mistake_is_told_once(load: Load, text: str, key: str, place: tuple[int, int], words: str) -> None:
    (problem,) = load(text).problems
    assert (problem.key, (problem.line, problem.column)) == (key, place)
    assert words in problem.message


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://x.example", 'Write "ws://x.example".'),
        ("https://x.example", 'Write "wss://x.example".'),
        ("x.example:7880", 'Write "wss://x.example:7880".'),
        ("localhost:7880", 'Write "ws://localhost:7880".'),
        ("file:///etc/passwd", "begins with wss:// or ws://"),
        ("javascript:alert(1)", "begins with wss:// or ws://"),
        ("wss://", "scheme://host"),
        ("wss://a b", "without blanks"),
        ("wss://user:hunter22@x.example", "Take the user name and the password out"),
        ("wss://x.example:99999", "port cannot be read"),
        ("wss://x.example/#part", "everything from the # on"),
    ],
)
def test_an_address_of_another_kind_is_told_with_the_right_one(load: Load, url: str, words: str) -> None:
    (problem,) = load(GOOD.replace("wss://livekit.example.com", url)).problems
    assert (problem.key, problem.line, problem.column) == ("livekit.url", 2, 7)
    assert words in problem.message
    assert "hunter22" not in repr(problem)


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("[livekit]\nurl = 'wss://x'", ["livekit.api_key", "livekit.api_secret"]),
        ("[livekit]\napi_key = 'x'", ["livekit.api_secret", "livekit.url"]),
        ("[livekit]\nagent_name = 'x'", ["livekit.api_key", "livekit.api_secret", "livekit.url"]),
        ("[livekit]\ntoken_endpoint = 'https://x'\nurl = 'wss://x'", []),
        ("[avatar]\napp_id = 'x'", ["avatar.api_key", "avatar.avatar_id"]),
        ("[avatar]\napp_id = 'x'\nsdk = 'builtin'", []),
        (
            "[avatar]\napp_id = 'x'\navatar_id = 'y'\napi_key = 'abcdef'\nenvironment = 'cn'",
            ["avatar.console_endpoint"],
        ),
    ],
)
def test_companions_are_missed(load: Load, text: str, missing: list[str]) -> None:
    problems = load(text).problems
    assert sorted(problem.key for problem in problems) == missing
    assert all(problem.line == 1 and "is missing" in problem.message for problem in problems)


def test_a_key_that_is_only_misspelled_is_not_missed_as_well(load: Load) -> None:
    (problem,) = load(GOOD.replace("api_secret", "api_secrt")).problems
    assert problem.key == "livekit.api_secrt"


def test_a_key_that_only_stands_in_the_wrong_table_is_not_missed_as_well(load: Load) -> None:
    text = "[session]\nagent_name = 'reception'\n" + GOOD + "agent_metadata = 'x'\n"
    (problem,) = load(text).problems
    assert (problem.key, problem.suggestion) == ("session.agent_name", "It belongs in [livekit].")


def test_an_endpoint_and_a_secret_exclude_each_other(load: Load) -> None:
    problems = load(GOOD + "token_endpoint = 'https://x'").problems
    assert [(problem.key, problem.line) for problem in problems] == [("livekit.api_key", 3), ("livekit.api_secret", 4)]


def test_everything_is_told_at_once_in_the_order_of_the_file(load: Load) -> None:
    loaded = load(
        "[livekit]\nurl = 'http://x'\n[speaker]\nvolume = 200\nloudness = 3\n[session]\nwarning = '1s'\nstart = tap\n"
    )
    assert [(problem.line, problem.key) for problem in loaded.problems] == [
        (2, "livekit.url"),
        (4, "speaker.volume"),
        (5, "speaker.loudness"),
        (8, ""),
    ]
    assert not loaded.usable


def test_what_is_right_is_kept_beside_what_is_wrong(load: Load) -> None:
    loaded = load(
        "[appearance]\norganisation = 'Example'\ncontact = 'Reception'\naccent = 'blue'\nlanguages = ['en', 3]\n"
    )
    appearance = loaded.settings.appearance
    assert (appearance.organisation, appearance.contact, appearance.accent) == ("Example", "Reception", "#2f6fed")
    assert appearance.languages == ("en",)


@pytest.mark.parametrize("content", [b"\xff\xfe[\x00l\x00", b"organisation = '\xe9'\n", b"\x00" * 2_000_000])
def test_a_file_that_is_no_text_is_one_problem(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(content)
    (problem,) = load_settings(path, {}).problems
    assert problem.suggestion


def test_a_missing_file_and_a_folder_are_problems(tmp_path: Path) -> None:
    (missing,) = load_settings(tmp_path / "none.toml", {}).problems
    assert "avatar-kiosk init" in missing.message
    (folder,) = load_settings(tmp_path, {}).problems
    assert "is a folder" in folder.message


def test_a_pipe_is_a_problem_and_holds_nobody_up(tmp_path: Path) -> None:
    pipe = tmp_path / "config.toml"
    os.mkfifo(pipe)
    (problem,) = load_settings(pipe, {}).problems
    assert "is not a file" in problem.message


@pytest.mark.parametrize(("make", "words"), [(os.mkdir, "is a folder"), (os.mkfifo, "is a pipe")])
def test_what_cannot_be_a_log_is_a_problem(tmp_path: Path, make: Callable[[Path], None], words: str) -> None:
    make(tmp_path / "log")
    path = tmp_path / "config.toml"
    path.write_text('[log]\nfile = "log"\n')
    (problem,) = load_settings(path, {}).problems
    assert words in problem.message


def test_a_file_that_cannot_be_opened_is_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.symlink_to(path)  # root, who may read everything, cannot open a circle either
    (problem,) = load_settings(path, {}).problems
    assert "right to read it" in problem.message


class TestSdk:
    FULL = "[avatar]\napp_id = 'a'\navatar_id = 'b'\napi_key = 'abcdef'\n"

    def test_the_installed_one_is_taken_once_an_app_is_configured(self, tmp_path: Path) -> None:
        (tmp_path / "sdk" / "node_modules").mkdir(parents=True)
        path = tmp_path / "config.toml"
        for text, sdk in ((self.FULL, "installed"), ("", "builtin"), (self.FULL + "sdk = 'builtin'", "builtin")):
            path.write_text(text)
            loaded = load_settings(path, {}, installed_sdk=tmp_path / "sdk")
            assert (loaded.settings.avatar.sdk, loaded.problems) == (sdk, ())

    def test_packages_that_want_no_session_token_need_no_key(self, load: Load) -> None:
        without_key = self.FULL.replace("api_key = 'abcdef'\n", "")
        (problem,) = load(without_key).problems
        assert problem.key == "avatar.api_key"
        assert load(without_key + "packages = ['@spatius/avatarkit@1.0.0']").problems == ()

    def test_without_an_installed_one_it_is_the_builtin(self, load: Load) -> None:
        loaded = load(self.FULL)
        assert (loaded.settings.avatar.sdk, loaded.problems) == ("builtin", ())

    def test_a_folder_is_taken_from_beside_the_file(self, load: Load, tmp_path: Path) -> None:
        (tmp_path / "vendor" / "node_modules").mkdir(parents=True)
        assert load(self.FULL + "sdk = './vendor'").settings.avatar.sdk == tmp_path / "vendor"

    @pytest.mark.parametrize(
        ("sdk", "words"), [("./nothing", "node_modules"), ("installed", "avatar-kiosk sdk install")]
    )
    def test_one_that_is_not_there_is_a_problem(self, load: Load, sdk: str, words: str) -> None:
        (problem,) = load(f"{self.FULL}sdk = '{sdk}'").problems
        assert problem.key == "avatar.sdk"
        assert words in problem.message


keys = st.sampled_from(["livekit", "session", "speaker", "avatar", "open", "url", "volume", "api_secret", "x"])
values = st.recursive(
    st.one_of(st.sampled_from(["''", "'5s'", "5", "-1.5", "true", "'#fff'", "1979-05-27"])),
    lambda inner: (
        st.lists(inner, max_size=2).map(lambda items: f"[{', '.join(items)}]")
        | st.dictionaries(keys, inner, max_size=2).map(
            lambda table: "{ " + ", ".join(f"{key} = {value}" for key, value in table.items()) + " }"
        )
    ),
    max_leaves=4,
)
lines = st.one_of(
    st.builds("{} = {}".format, keys, values), keys.map("[{}]".format), st.text(st.sampled_from("a=[]{}'\".# "))
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(lines, max_size=8))
def test_no_content_raises_anything(load: Load, content: list[str]) -> None:
    loaded = load("\n".join(content))
    assert all(problem.message for problem in loaded.problems)
