import tomllib
from collections.abc import Iterator

import pytest
import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from kiosk.config.positions import KeyPath, Place, ScanError, locate

EVERYTHING = '''\
# a remark with a [bracket] and a = sign
title = "a \\"quoted\\" # not a remark"

[livekit]
url = 'wss://x'   # remark
"quoted key" = 1
dotted.inner = { a = 1, "b" = [1, 2] }
text = """
[not-a-table]
x = 1
"""
other = \'\'\'a "" b\'\'\'
date = 1979-05-27 07:32:00

[schedule]
languages = [
  "en",  # first
  "de",
]
open.mon = ["08:00-18:00"]

[[cameras]]
name = "left"
[[cameras]]
name = "right"
[cameras.lens]
mm = 35
'''


@pytest.mark.parametrize(
    ("path", "key", "value"),
    [
        (("title",), (2, 1), (2, 9)),
        (("livekit",), (4, 1), (4, 1)),
        (("livekit", "url"), (5, 1), (5, 7)),
        (("livekit", "quoted key"), (6, 1), (6, 16)),
        (("livekit", "dotted"), (7, 1), (7, 1)),
        (("livekit", "dotted", "inner"), (7, 1), (7, 16)),
        (("livekit", "dotted", "inner", "b"), (7, 25), (7, 31)),
        (("livekit", "dotted", "inner", "b", 1), (7, 35), (7, 35)),
        (("livekit", "text"), (8, 1), (8, 8)),
        (("livekit", "other"), (12, 1), (12, 9)),
        (("livekit", "date"), (13, 1), (13, 8)),
        (("schedule", "languages", 1), (18, 3), (18, 3)),
        (("schedule", "open", "mon"), (20, 1), (20, 12)),
        (("cameras", 1, "name"), (25, 1), (25, 8)),
        (("cameras", 1, "lens", "mm"), (27, 1), (27, 6)),
    ],
)
def test_finds_keys_and_values(path: KeyPath, key: tuple[int, int], value: tuple[int, int]) -> None:
    positions = locate(EVERYTHING)
    assert (positions.key(path), positions.value(path)) == (key, value)


def test_a_key_that_is_not_written_is_where_its_table_is() -> None:
    positions = locate(EVERYTHING)
    assert positions.value(("livekit", "api_key")) == Place(4, 1)
    assert positions.value(("nothing",)) is None


def test_finds_what_is_given_twice() -> None:
    text = "a = 1\n[t]\nx.y = 1\nx.z = 2\n[u]\n[t]\n"
    assert [
        (first.key, again.key, again.path) for first, again in locate("b = 1\n" + text + "[v]\nb = 1\n").twice()
    ] == [(Place(3, 1), Place(7, 1), ("t",))]
    assert locate(text.replace("[u]\n[t]\n", "")).twice() == []


@pytest.mark.parametrize(
    ("text", "opened"),
    [
        ("a = [1,\n 2\nb = 3\n", (1, 5)),
        ('a = 1\nb = """x\n', (2, 5)),
        ("a = { b = 1\nc = 2", (1, 5)),
        ("a = [ [1, 2 ]", (1, 5)),
        ("a b", None),
        ("[a", None),
    ],
)
def test_says_what_was_left_open(text: str, opened: tuple[int, int] | None) -> None:
    with pytest.raises(ScanError) as caught:
        locate(text)
    assert caught.value.opened == opened


words = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=12)
scalars = st.one_of(words, st.integers(-(10**9), 10**9), st.booleans(), st.floats(allow_nan=False), st.datetimes())
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3), max_leaves=8
)
documents = st.dictionaries(words, values, max_size=5)


def _paths(value: object, around: KeyPath = ()) -> Iterator[KeyPath]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield (*around, name)
            yield from _paths(inner, (*around, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield (*around, index)
            yield from _paths(inner, (*around, index))


@given(documents)
def test_finds_every_path_of_every_document(document: dict[str, object]) -> None:
    text = tomlkit.dumps(document)
    known = {entry.path for entry in locate(text).entries}
    assert set(_paths(tomllib.loads(text))) == known


@given(documents, st.data())
def test_a_value_is_where_it_is_said_to_be(document: dict[str, object], data: st.DataObject) -> None:
    """Cut out from its place to the end of its line, a scalar still reads as itself."""
    text = tomlkit.dumps({name: value for name, value in document.items() if not isinstance(value, dict | list)})
    flat = tomllib.loads(text)
    if not flat:
        return
    name = data.draw(st.sampled_from(sorted(flat)))
    place = locate(text).value((name,))
    assert place is not None
    line = text.split("\n")[place.line - 1]
    assert tomllib.loads(f"value = {line[place.column - 1 :]}")["value"] == flat[name]


@given(st.text(st.sampled_from("ab=.[]{}\"'#,\n \\1")))
def test_never_fails_in_another_way_than_it_says(text: str) -> None:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        try:
            locate(text)
        except ScanError:
            return
    else:
        locate(text)
