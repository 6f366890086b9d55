"""The changed file comes into its place as a whole or not at all."""

import os
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.config import replacing
from kiosk.config.editing import NotWritableError, save, why_not_writable
from kiosk.config.fields import KeyName
from tests.support.small_disk import SmallDisk

VOLUME: KeyName = ("speaker", "volume")
NOBODY = 65_534


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_bytes(b"# mine\r\n[speaker]\r\nvolume = 80 # loud\r\n")
    return path


def left_behind(folder: Path) -> set[str]:
    return {entry.name for entry in folder.iterdir()} - {"config.toml"}


def test_only_the_value_changes(file: Path) -> None:
    save(file, {VOLUME: 60})
    assert file.read_bytes() == b"# mine\r\n[speaker]\r\nvolume = 60 # loud\r\n"
    assert left_behind(file.parent) == set()


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664, 0o644])
def test_the_mode_stays(file: Path, mode: int) -> None:
    file.chmod(mode)
    save(file, {VOLUME: 60})
    assert stat.S_IMODE(file.stat().st_mode) == mode


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file to somebody else")
def test_the_owner_stays(file: Path) -> None:
    os.chown(file, NOBODY, NOBODY)
    save(file, {VOLUME: 60})
    assert (file.stat().st_uid, file.stat().st_gid) == (NOBODY, NOBODY)


def test_a_link_stays_a_link(file: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "elsewhere" / "link.toml"
    link.symlink_to("../config.toml")
    save(link, {VOLUME: 60})
    assert link.is_symlink()
    assert b"volume = 60" in file.read_bytes()
    assert [entry.name for entry in link.parent.iterdir()] == ["link.toml"]


def test_a_file_that_is_not_there_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "config.toml"
    save(path, {VOLUME: 60})
    assert path.read_text() == "[speaker]\nvolume = 60\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_without_a_change_the_file_is_not_touched(file: Path) -> None:
    before = file.stat()
    save(file, {VOLUME: 80})
    assert file.stat() == before


def test_many_reading_while_it_is_saved_never_see_half(file: Path) -> None:
    contents: set[bytes] = set()
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            contents.add(file.read_bytes())

    reader = threading.Thread(target=read)
    reader.start()
    for volume in range(50):
        save(file, {VOLUME: volume})
    done.set()
    reader.join()
    assert all(content.endswith(b" # loud\r\n") for content in contents)


def test_what_somebody_else_has_saved_meanwhile_is_kept(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An editor that saves between our reading and our writing."""
    whole = replacing.read_whole
    looks: list[Path] = []

    def read(target: Path) -> bytes | None:
        looks.append(target)
        if len(looks) == 1:
            file.write_text("# theirs\n[speaker]\nvolume = 80\n")
        return whole(target)

    monkeypatch.setattr(replacing, "read_whole", read)
    save(file, {VOLUME: 60})
    assert file.read_text() == "# theirs\n[speaker]\nvolume = 60\n"


def test_who_saves_all_the_time_is_not_fought(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replacing, "read_whole", lambda _target: b"something else")
    with pytest.raises(NotWritableError, match="by somebody else"):
        save(file, {VOLUME: 60})
    assert left_behind(file.parent) == set()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"[speaker\n", "not valid TOML"),
        (b"\xff\xfe", "not a UTF-8 text"),
        (b"#" * 1_000_001, "too long"),
    ],
)
def test_what_is_no_configuration_is_left_alone(file: Path, content: bytes, words: str) -> None:
    file.write_bytes(content)
    with pytest.raises(NotWritableError, match=words):
        save(file, {VOLUME: 60})
    assert file.read_bytes() == content


def test_a_text_that_no_file_can_hold_is_refused(file: Path) -> None:
    with pytest.raises(NotWritableError, match="no file can hold"):
        save(file, {("speaker", "device"): "\ud800"})


class TestObstacles:
    def refused(self, path: Path, words: str) -> None:
        before = path.read_bytes() if path.is_file() else None
        assert words in str(why_not_writable(path))
        with pytest.raises(NotWritableError) as caught:
            save(path, {VOLUME: 60})
        assert words in caught.value.sentence
        assert str(path) in caught.value.sentence
        if before is not None:
            assert path.read_bytes() == before

    def test_none(self, file: Path, tmp_path: Path) -> None:
        assert why_not_writable(file) is None
        assert why_not_writable(tmp_path / "not" / "yet" / "config.toml") is None

    def test_a_write_protected_file(self, file: Path) -> None:
        file.chmod(0o444)
        self.refused(file, "it is write-protected")

    @pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo])
    def test_what_is_no_file(self, tmp_path: Path, make: object) -> None:
        assert callable(make)
        make(tmp_path / "config.toml")
        self.refused(tmp_path / "config.toml", "it is not a file")

    def test_a_circle_of_links(self, tmp_path: Path) -> None:
        (tmp_path / "config.toml").symlink_to("config.toml")
        self.refused(tmp_path / "config.toml", "cannot be written")

    @pytest.mark.parametrize(
        ("folder_mode", "owner", "words"),
        [
            (0o755, NOBODY, "its folder is closed to this user"),
            (0o777, 0, "it belongs to another user"),
        ],
    )
    @pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
    def test_another_user(self, tmp_path: Path, folder_mode: int, owner: int, words: str) -> None:
        """As a process of its own: a user cannot be taken off again."""
        script = (
            "import os, sys\n"
            "from pathlib import Path\n"
            "from kiosk.config.editing import NotWritableError, save, why_not_writable\n"
            f"os.setgroups([]); os.setgid({NOBODY}); os.setuid({NOBODY})\n"
            "path = Path(sys.argv[1])\n"
            "print(why_not_writable(path))\n"
            "try:\n    save(path, {('speaker', 'volume'): 1})\n"
            "except NotWritableError as error:\n    print(error.sentence)\n"
        )
        with tempfile.TemporaryDirectory() as folder:  # pytest's own are closed to others
            path = Path(folder) / "config.toml"
            path.write_text("[speaker]\n")
            os.chown(path, owner, owner)
            path.parent.chmod(folder_mode)
            command = [sys.executable, "-c", script, str(path)]
            ended = subprocess.run(command, check=True, capture_output=True, text=True)
            assert path.read_text() == "[speaker]\n"
        first, second = ended.stdout.splitlines()
        assert first == second == f"{path} cannot be written: {words}."

    @pytest.fixture
    def disk(self, tmp_path: Path) -> Iterator[SmallDisk]:
        disk = SmallDisk(tmp_path / "disk", megabytes=1)
        (disk.folder / "config.toml").write_text("[speaker]\nvolume = 80\n")
        yield disk
        disk.stop()

    def test_a_read_only_disk(self, disk: SmallDisk) -> None:
        assert disk.make_read_only()
        self.refused(disk.folder / "config.toml", "its disk is read-only")

    def test_a_full_disk(self, disk: SmallDisk) -> None:
        file = disk.folder / "config.toml"
        disk.fill()
        with pytest.raises(NotWritableError, match="its disk is full"):
            save(file, {VOLUME: 60})
        assert left_behind(disk.folder) == {"filling"}
        assert file.read_text() == "[speaker]\nvolume = 80\n"
        disk.free()
        save(file, {VOLUME: 60})
        assert file.read_text() == "[speaker]\nvolume = 60\n"
