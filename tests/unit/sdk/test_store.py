"""How one installation takes the place of another."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from kiosk.config import paths
from kiosk.sdk.problem import Kind, SdkError
from kiosk.sdk.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "data" / "sdk")


def put(store: Store, what: str) -> Path:
    """Install something."""
    with store.locked(), store.staging() as staging:
        (staging / "what").write_text(what)
        return store.adopt(staging)


def seen(store: Store) -> str:
    """What the kiosk reads."""
    return (store.place / "what").read_text()


def folders(store: Store) -> set[str]:
    return {entry.name for entry in store.place.with_name("sdk-versions").iterdir()} - {"lock"}


def test_nothing_is_made_by_looking(store: Store) -> None:
    assert (store.present(), store.kept(), store.foreign()) == (None, None, False)
    assert not store.place.parent.exists()


def test_the_newest_is_seen_and_the_one_before_is_kept(store: Store) -> None:
    first = put(store, "first")
    assert (seen(store), store.present(), store.kept()) == ("first", first, None)
    second = put(store, "second")
    assert (seen(store), store.present(), store.kept()) == ("second", second, first)
    third = put(store, "third")
    assert (seen(store), store.present(), store.kept()) == ("third", third, second)
    assert folders(store) == {"2", "3"}


def test_one_can_go_back_and_forth(store: Store) -> None:
    put(store, "first")
    put(store, "second")
    for expected in ("first", "second", "first"):
        store.go_back()
        assert seen(store) == expected
    # What was gone back to is what the next installation keeps.
    put(store, "third")
    store.go_back()
    assert seen(store) == "first"


def test_without_an_earlier_one_nobody_goes_back(store: Store) -> None:
    with pytest.raises(SdkError) as caught:
        store.go_back()
    assert caught.value.kind is Kind.NOTHING_KEPT
    put(store, "first")
    with pytest.raises(SdkError):
        store.go_back()
    assert seen(store) == "first"


def test_what_is_not_adopted_leaves_nothing(store: Store) -> None:
    put(store, "first")

    def break_off() -> None:
        with store.locked(), store.staging() as staging:
            (staging / "what").write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        break_off()
    assert seen(store) == "first"
    assert folders(store) == {"1"}


def test_a_switch_that_fails_leaves_the_present_one(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    put(store, "first")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        put(store, "second")
    monkeypatch.undo()
    assert seen(store) == "first"
    assert folders(store) == {"1"}
    put(store, "second")
    assert seen(store) == "second"


def test_where_links_cannot_be_made_a_file_leads_there(
    store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def no_link(*_: object, **__: object) -> None:
        raise OSError(1314, "A required privilege is not held by the client")

    monkeypatch.setattr(Path, "symlink_to", no_link)
    monkeypatch.setattr(paths, "sdk_place", lambda: store.place)
    for what in ("first", "second"):
        folder = put(store, what)
        assert store.place.is_file()
        assert paths.sdk_folder() == folder == store.present()
    store.go_back()
    assert (paths.sdk_folder() / "what").read_text() == "first"
    monkeypatch.undo()
    put(store, "third")
    assert store.place.is_symlink()
    assert seen(store) == "third"


def test_the_link_survives_a_move_of_the_home_folder(store: Store, tmp_path: Path) -> None:
    put(store, "first")
    moved = store.place.parent.rename(tmp_path / "moved")
    assert (moved / "sdk" / "what").read_text() == "first"


def test_a_folder_of_somebody_else_is_known_for_one(store: Store) -> None:
    (store.place / "node_modules").mkdir(parents=True)
    assert store.foreign()
    assert store.present() is None


def test_a_link_of_somebody_else_is_known_for_one_unless_it_leads_to_nothing(store: Store, tmp_path: Path) -> None:
    put(store, "first")
    store.place.unlink()
    store.place.symlink_to(tmp_path)
    assert store.foreign()
    assert store.present() is None
    store.place.unlink()
    store.place.symlink_to(tmp_path / "gone")
    assert not store.foreign()
    put(store, "second")
    assert seen(store) == "second"


def test_whoever_looks_sees_one_or_the_other(store: Store) -> None:
    """Read all the time while they change places: never nothing, never a part."""
    put(store, "first")
    put(store, "second")
    done = threading.Event()
    wrong: list[str] = []
    reads: list[str] = []

    def read() -> None:
        while not done.is_set():
            try:
                reads.append(seen(store))
            except OSError as error:
                wrong.append(str(error))

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for _ in range(100):
            store.go_back()
    finally:
        done.set()
        reader.join()
    assert wrong == []
    assert set(reads) == {"first", "second"}


HOLD = """
import sys
from pathlib import Path
from kiosk.sdk.store import Store
store = Store(Path(sys.argv[1]))
with store.locked(), store.staging() as staging:
    (staging / "what").write_text("half")
    print("locked", flush=True)
    sys.stdin.read()
"""


def test_two_at_once_are_locked_out_and_a_killed_one_leaves_nothing_in_the_way(store: Store) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(store.place)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "locked\n"
        with pytest.raises(SdkError) as caught:
            put(store, "second")
        assert caught.value.kind is Kind.BUSY
        assert folders(store) == {"1.part"}, "what the other one makes is not touched"
        holder.kill()
    put(store, "second")
    assert seen(store) == "second"
    assert folders(store) == {"1"}


def test_a_folder_that_cannot_be_made_is_named(store: Store) -> None:
    store.place.parent.write_text("a file is in its place")
    with pytest.raises(SdkError) as caught, store.locked():
        pass
    assert caught.value.kind is Kind.STORAGE
    assert str(store.place.parent) in str(caught.value)
