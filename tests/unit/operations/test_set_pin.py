"""Which PINs are taken, and where their hash goes."""

from __future__ import annotations

import io
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.config import load_settings
from kiosk.operations.set_pin import NotKeptError, PinError, ask_twice, first_line, keep, objection

HASH = "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user of our own, who has no configuration."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("kiosk.config.paths.search_places", lambda: (tmp_path / "home/avatar-kiosk/config.toml",))
    return tmp_path / "home"


class TestPin:
    @pytest.mark.parametrize("pin", ["4826", "0017", "90210", "123457", "193847562019", "1123"])
    def test_may_be_used(self, pin: str) -> None:
        assert objection(pin) is None

    @pytest.mark.parametrize(
        "pin", ["", "482", "4826193750284", "48 26", "48a6", "-826", "4826\n", "٤٨٢٦", "４８２６", "4²26"]
    )
    def test_is_four_to_twelve_digits(self, pin: str) -> None:
        assert "4 to 12 digits" in str(objection(pin))

    @pytest.mark.parametrize(
        "pin", ["0000", "111111", "1234", "4321", "123456789012", "7890", "0987", "2468", "1212", "482482", "2580"]
    )
    def test_has_no_pattern(self, pin: str) -> None:
        assert "without a pattern" in str(objection(pin))


class TestAsking:
    def answers(self, *typed: str) -> Callable[[str], str]:
        left = list(typed)
        return lambda _prompt: left.pop(0)

    def test_twice_the_same(self) -> None:
        assert ask_twice(self.answers("4826", "4826")) == "4826"

    def test_a_slip_changes_nothing(self) -> None:
        with pytest.raises(PinError, match="two different"):
            ask_twice(self.answers("4826", "4827"))

    def test_a_weak_one_is_refused_before_it_is_typed_again(self) -> None:
        with pytest.raises(PinError, match="pattern"):
            ask_twice(self.answers("1234"))

    @pytest.mark.parametrize("text", ["4826", "4826\n", "4826\r\nmore\n"])
    def test_a_script_gives_one_line(self, text: str) -> None:
        assert first_line(io.StringIO(text, newline="")) == "4826"

    @pytest.mark.parametrize("text", ["", "\n", " 4826\n", "1" * 200])
    def test_a_script_is_no_less_bound(self, text: str) -> None:
        with pytest.raises(PinError):
            first_line(io.StringIO(text))

    def test_no_sentence_repeats_what_was_typed(self) -> None:
        for attempt in (("1234",), ("48267x",), ("4826", "4827")):
            with pytest.raises(PinError) as caught:
                ask_twice(self.answers(*attempt))
            assert not any(typed in str(caught.value) for typed in attempt)


class TestKeeping:
    def pin_in(self, file: Path) -> str | None:
        loaded = load_settings(file, {})
        assert loaded.usable, loaded.problems
        secret = loaded.settings.admin.pin_hash
        return secret.get_secret_value() if secret else None

    def test_in_the_file_that_was_named_and_nothing_else_in_it_changes(self, tmp_path: Path) -> None:
        file = tmp_path / "config.toml"
        file.write_text("# mine\n[speaker]\nvolume   = 70 # loud\n\n[admin]\n# here\n")
        assert keep(HASH, file, {}).path == file
        assert self.pin_in(file) == HASH
        lines = file.read_text().splitlines()
        lines.remove(f'pin_hash = "{HASH}"')
        assert lines == ["# mine", "[speaker]", "volume   = 70 # loud", "", "[admin]", "# here"]

    def test_a_second_one_takes_the_place_of_the_first(self, tmp_path: Path) -> None:
        file = tmp_path / "config.toml"
        file.write_text("")
        keep(HASH, file, {})
        keep(HASH + "Mg", file, {})
        assert self.pin_in(file) == HASH + "Mg"
        assert file.read_text().count("pin_hash") == 1

    def test_in_the_file_that_the_environment_names(self, tmp_path: Path) -> None:
        file = tmp_path / "lobby.toml"
        file.write_text("[admin]\n")
        assert keep(HASH, None, {"AVATAR_KIOSK_CONFIG": str(file)}).path == file
        assert self.pin_in(file) == HASH

    def test_in_the_one_a_kiosk_would_take(self, home: Path) -> None:
        file = home / "avatar-kiosk" / "config.toml"
        file.parent.mkdir(parents=True)
        file.write_text("[speaker]\nvolume = 5\n")
        keep(HASH, None, {})
        assert self.pin_in(file) == HASH
        assert "volume = 5" in file.read_text()

    def test_without_any_a_commented_one_is_made_for_its_owner_alone(self, home: Path) -> None:
        kept = keep(HASH, None, {})
        assert kept.path == home / "avatar-kiosk" / "config.toml"
        assert stat.S_IMODE(kept.path.stat().st_mode) == 0o600
        assert self.pin_in(kept.path) == HASH
        assert load_settings(kept.path, {}).settings.demo
        assert "#organisation" in kept.path.read_text()

    def test_a_name_that_is_mistyped_makes_no_new_file(self, tmp_path: Path) -> None:
        with pytest.raises(PinError, match="There is no configuration file"):
            keep(HASH, tmp_path / "none.toml", {})
        assert not (tmp_path / "none.toml").exists()

    def test_the_mode_of_the_file_stays(self, tmp_path: Path) -> None:
        file = tmp_path / "config.toml"
        file.write_text("")
        file.chmod(0o640)
        keep(HASH, file, {})
        assert stat.S_IMODE(file.stat().st_mode) == 0o640

    def test_a_file_that_is_write_protected_leaves_a_line_to_copy(self, tmp_path: Path) -> None:
        file = tmp_path / "config.toml"
        file.write_text("# IT's own\n")
        file.chmod(0o444)
        with pytest.raises(NotKeptError, match=f'under "\\[admin\\]" in {file}') as caught:
            keep(HASH, file, {})
        assert file.read_text() == "# IT's own\n"
        file.chmod(0o600)
        file.write_text(f"[admin]\n{caught.value.line}\n")
        assert self.pin_in(file) == HASH

    def test_a_file_that_is_broken_is_not_made_worse(self, tmp_path: Path) -> None:
        file = tmp_path / "config.toml"
        file.write_text("[admin\n")
        with pytest.raises(NotKeptError, match="mend it first"):
            keep(HASH, file, {})
        assert file.read_text() == "[admin\n"

    def test_a_place_where_no_file_can_be_made_leaves_a_line_too(self, home: Path) -> None:
        home.write_text("a file where the folder should be")
        with pytest.raises(NotKeptError, match="cannot be written"):
            keep(HASH, None, {})

    def test_the_file_of_an_older_pin_is_no_longer_named(self, tmp_path: Path) -> None:
        (tmp_path / "pin.txt").write_text(HASH)
        file = tmp_path / "config.toml"
        file.write_text('[admin]\npin_hash_file = "pin.txt"\n')
        kept = keep(HASH + "Mg", file, {})
        assert self.pin_in(file) == HASH + "Mg"
        assert kept.remarks == ("admin.pin_hash_file is taken out: it named another PIN.",)

    def test_an_environment_that_wins_is_said(self, tmp_path: Path) -> None:
        file = tmp_path / "config.toml"
        file.write_text("")
        (remark,) = keep(HASH, file, {"AVATAR_KIOSK_ADMIN_PIN_HASH": HASH}).remarks
        assert "$AVATAR_KIOSK_ADMIN_PIN_HASH is set here" in remark
