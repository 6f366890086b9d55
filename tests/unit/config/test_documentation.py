"""The README tells what the schema says."""

from pathlib import Path

from kiosk.config.documentation import BEGIN, END, documentation
from kiosk.config.fields import all_keys

README = Path(__file__).parents[3] / "README.md"


def test_the_readme_has_the_settings_as_they_are() -> None:
    text = README.read_text(encoding="utf-8")
    assert text.count(BEGIN) == text.count(END) == 1
    shown = text[text.index(BEGIN) : text.index(END) + len(END)] + "\n"
    command = "python -m kiosk.config.documentation"
    assert shown == documentation(), f"Put there what this prints: {command}"


def test_every_key_has_a_row() -> None:
    rows = [line for line in documentation().split("\n") if line.startswith("| `")]
    assert [row.split("`")[1] for row in rows] == [key.name[-1] for key in all_keys()]
    assert {row.replace(r"\|", "").count("|") for row in rows} == {5}
