import re
from pathlib import Path

import pytest

from kiosk.config import load_settings
from kiosk.config.fields import all_keys
from kiosk.config.template import template

KEY = re.compile(r"#(\w+) = ")


def switched_on(text: str, number: int) -> str:
    """The template with the ``number``-th key switched on."""
    lines = text.split("\n")
    places = [place for place, line in enumerate(lines) if KEY.match(line)]
    lines[places[number]] = lines[places[number]].removeprefix("#")
    return "\n".join(lines)


def test_it_is_valid_and_does_nothing(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(template(), encoding="utf-8")
    loaded = load_settings(path, {})
    assert (loaded.problems, loaded.settings.demo) == ((), True)


def test_it_names_every_key() -> None:
    named = {found.removesuffix("_file") for found in KEY.findall(template())}
    assert {key.name[-1] for key in all_keys()} == named
    assert len(KEY.findall(template())) == len(list(all_keys()))


@pytest.mark.parametrize("number", range(len(KEY.findall(template()))))
def test_every_key_fits_as_it_is_shown(tmp_path: Path, number: int) -> None:
    """What may still be said is that something else is missing, never that the key or its value is wrong."""
    for name in ("api-secret.txt", "api-key.txt"):
        (tmp_path / name).write_text("secret")
    (tmp_path / "pin-hash.txt").write_text("$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA")
    (tmp_path / "logo.svg").write_text("<svg/>")
    path = tmp_path / "config.toml"
    path.write_text(switched_on(template(), number), encoding="utf-8")
    for problem in load_settings(path, {}).problems:
        assert "is missing" in problem.message or "is given without" in problem.message


def test_the_defaults_it_shows_are_the_defaults(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    unset = load_settings(None, {}).settings
    lines = template().split("\n")
    for place, line in enumerate(lines):
        if KEY.match(line) and "For example" not in lines[place - 1] and "_file" not in line:
            table = next(row for row in reversed(lines[:place]) if row.startswith("["))
            path.write_text(f"{table}\n{line.removeprefix('#')}\n")
            name = table.strip("[]")
            assert getattr(load_settings(path, {}).settings, name) == getattr(unset, name), line
