from pathlib import Path

from kiosk.config import Settings, changed_tables, load_settings, needs_restart


def settings(folder: Path, text: str) -> Settings:
    path = folder / "config.toml"
    path.write_text(text)
    loaded = load_settings(path, {})
    assert loaded.problems == ()
    return loaded.settings


def test_nothing_changes_between_equal_texts(tmp_path: Path) -> None:
    old = settings(tmp_path, "[appearance]\norganisation = 'A'\n[session]\nidle_timeout = '60s'\n")
    new = settings(tmp_path, "# moved\n[session]\nidle_timeout = '1m'\n[appearance]\norganisation = 'A'\n")
    assert changed_tables(old, new) == frozenset()
    assert needs_restart(old, new) == ()


def test_changed_tables_are_named(tmp_path: Path) -> None:
    old = settings(tmp_path, "")
    new = settings(
        tmp_path, "[appearance]\naccent = '#fff'\n[log]\nlevel = 'debug'\n[admin]\npin_hash = '$argon2id$x'\n"
    )
    assert changed_tables(old, new) == {"appearance", "log", "admin"}
    assert needs_restart(old, new) == ()


def test_what_is_read_only_once_needs_a_restart(tmp_path: Path) -> None:
    old = settings(tmp_path, "")
    new = settings(tmp_path, "[display]\ngpu = 'off'\nzoom = 2\n[log]\nfile = 'x.log'\n[monitoring]\nport = 9464\n")
    assert needs_restart(old, new) == ("display.gpu", "log.file", "monitoring.port")
