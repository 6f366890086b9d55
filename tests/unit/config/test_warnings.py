"""What may be run, but is probably not meant."""

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.config import Loaded, Severity, load_settings
from kiosk.config.colours import DARK, THEMES, contrast

WEB = Path(__file__).parents[3] / "resources" / "web"
SERVER = "[livekit]\nurl = 'wss://x'\napi_key = 'devkey'\n"


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that everybody may enter; pytest's own are closed to others."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def load(folder: Path, text: str, mode: int = 0o600) -> Loaded:
    path = folder / "config.toml"
    path.write_text(text)
    path.chmod(mode)
    return load_settings(path, {})


class TestColours:
    @pytest.mark.parametrize(
        ("one", "other", "wanted"),
        [("#ffffff", "#000000", 21.0), ("#777777", "#ffffff", 4.48), ("#2f6fed", "#2f6fed", 1.0)],
    )
    def test_contrast(self, one: str, other: str, wanted: float) -> None:
        assert contrast(one, other) == contrast(other, one) == pytest.approx(wanted, abs=0.01)

    @given(st.integers(0, 0xFFFFFF), st.integers(0, 0xFFFFFF))
    def test_contrast_has_its_bounds(self, one: int, other: int) -> None:
        assert 1 <= contrast(f"#{one:06x}", f"#{other:06x}") <= 21

    @pytest.mark.parametrize("name", ["dark", "light"])
    def test_the_themes_are_those_of_the_page(self, name: str) -> None:
        css = (WEB / "styles" / "theme.css").read_text()
        block = css.split(f'data-theme="{name}"')[1].split("}")[0]
        found = dict(re.findall(r"--(ground|ink): (#\w+);", block))
        assert found == THEMES[name]._asdict()  # type: ignore[index]

    def test_the_dark_text_is_that_of_the_page(self) -> None:
        script = (WEB / "app" / "ui" / "colour.js").read_text()
        (found,) = re.findall(r"const INK = .*\[(\d+), (\d+), (\d+)\]", script)
        assert "#" + "".join(f"{int(part):02x}" for part in found) == DARK

    @pytest.mark.parametrize(
        ("text", "key", "words"),
        [
            (
                "accent = '#10141e'",
                "accent",
                "hardly stands out from the background (1.0 to 1). Expected: a contrast of 3",
            ),
            ("accent = '#eee'\ntheme = 'light'", "accent", 'accent = "#eeeeee" hardly stands out'),
            ("accent = '#7f7a78'", "accent", "Neither light nor dark text reads well"),
            ("background = '#ffffff'", "background", 'Write theme = "light", or choose another colour.'),
            ("background = '#222222'\ntheme = 'light'", "background", 'Write theme = "dark"'),
            ("background = '#808080'", "background", "can hardly be read on"),
            ("accent = '#333333'\nbackground = '#3a3a3a'", "accent", "hardly stands out"),
        ],
    )
    def test_what_is_hard_to_see_is_a_warning(self, tmp_path: Path, text: str, key: str, words: str) -> None:
        loaded = load(tmp_path, f"[appearance]\n{text}\n")
        assert loaded.usable
        assert loaded.problems == ()
        (warning,) = loaded.warnings
        assert (warning.key, warning.line, warning.severity) == (f"appearance.{key}", 2, Severity.WARNING)
        assert words in warning.message

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "theme = 'light'",
            "accent = '#f5a623'",
            "accent = '#0b5fff'\ntheme = 'light'",
            "background = '#000000'",
            "background = '#ffffff'\ntheme = 'light'",
            "accent = 'red'",
        ],
    )
    def test_what_can_be_seen_is_none(self, tmp_path: Path, text: str) -> None:
        assert load(tmp_path, f"[appearance]\n{text}\n").warnings == ()


def test_a_volume_that_is_never_reached(tmp_path: Path) -> None:
    loaded = load(tmp_path, "[speaker]\nvolume = 90\nmax_volume = 60\n")
    (warning,) = loaded.warnings
    assert (warning.key, warning.line, warning.column) == ("speaker.volume", 2, 10)
    assert "It plays with 60." in warning.message
    assert load(tmp_path, "[speaker]\nmax_volume = 60\n").warnings == ()


class TestSecrets:
    @pytest.mark.parametrize(("mode", "open_to_others"), [(0o600, 0), (0o640, 0), (0o644, 1), (0o604, 1)])
    def test_in_a_file_that_everybody_may_read(self, folder: Path, mode: int, open_to_others: int) -> None:
        secret = folder / "secret.txt"
        secret.write_text("topsecret")
        secret.chmod(mode)
        loaded = load(folder, f"{SERVER}api_secret_file = 'secret.txt'\n")
        assert loaded.usable
        assert len(loaded.warnings) == open_to_others
        for warning in loaded.warnings:
            assert (warning.key, warning.line, warning.column) == ("livekit.api_secret_file", 4, 19)
            assert warning.message.endswith(f"chmod 600 {secret}")
            assert "topsecret" not in repr(warning)

    def test_in_the_configuration_itself(self, folder: Path) -> None:
        text = f"{SERVER}api_secret = 'topsecret'\n[appearance]\ncontact = 'x'\n"
        assert load(folder, text, 0o600).warnings == ()
        (warning,) = load(folder, text, 0o644).warnings
        assert (warning.key, warning.line, warning.column) == ("livekit.api_secret", 4, 14)
        assert "topsecret" not in repr(warning)

    def test_headers_are_secrets_too(self, folder: Path) -> None:
        headers = "token_endpoint_headers = { Authorization = 'Bearer x', X-Key_file = 'key.txt' }"
        (folder / "key.txt").write_text("topsecret")
        (folder / "key.txt").chmod(0o600)
        loaded = load(folder, f"[livekit]\ntoken_endpoint = 'https://x'\n{headers}\n", 0o644)
        assert [warning.key for warning in loaded.warnings] == ["livekit.token_endpoint_headers.Authorization"]

    def test_in_a_folder_that_nobody_else_may_enter(self, folder: Path) -> None:
        folder.chmod(0o700)
        assert load(folder, f"{SERVER}api_secret = 'topsecret'\n", 0o644).warnings == ()

    def test_behind_a_link(self, folder: Path) -> None:
        (folder / "real.txt").write_text("topsecret")
        (folder / "real.txt").chmod(0o644)
        (folder / "secret.txt").symlink_to("real.txt")
        (warning,) = load(folder, f"{SERVER}api_secret_file = 'secret.txt'\n").warnings
        assert "everybody on this machine may read" in warning.message

    @pytest.mark.parametrize("headers", ["5", "[]", "'x'", "{}"])
    def test_what_is_no_table_of_headers_is_told_elsewhere(self, folder: Path, headers: str) -> None:
        loaded = load(folder, f"[livekit]\ntoken_endpoint = 'https://x'\ntoken_endpoint_headers = {headers}\n", 0o644)
        assert loaded.warnings == ()


def test_they_come_in_the_order_of_the_file(folder: Path) -> None:
    text = f"[speaker]\nvolume = 90\nmax_volume = 60\n{SERVER}api_secret = 'x'\n[appearance]\naccent = '#000'\n"
    loaded = load(folder, text, 0o644)
    assert [warning.key for warning in loaded.warnings] == ["speaker.volume", "livekit.api_secret", "appearance.accent"]
