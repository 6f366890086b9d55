"""One key is changed, and nothing else."""

import tomllib
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.config.editing import NotWritableError, Value, edited
from kiosk.config.fields import Field, KeyName, all_keys
from kiosk.config.template import template

DEVICE = ("microphone", "device")
VOLUME = ("speaker", "volume")
MONDAY = ("schedule", "open", "mon")

# Each row: what is tried, the text before, the key, the value, the text afterwards.
EDITS: list[tuple[str, str, KeyName, Value, str]] = [
    ("a value", "[speaker]\nvolume = 80\n", VOLUME, 60, "[speaker]\nvolume = 60\n"),
    (
        "the remark behind it stays, and the spacing",
        "[speaker]\n  volume   =\t80   # loud\nmax_volume=90",
        VOLUME,
        60,
        "[speaker]\n  volume   =\t60   # loud\nmax_volume=90",
    ),
    ("the same value in another spelling", "[speaker]\nvolume = 8_0\n", VOLUME, 80, "[speaker]\nvolume = 8_0\n"),
    ("a text in other quotes", "[microphone]\ndevice='a'", DEVICE, 'b"', '[microphone]\ndevice="b\\""'),
    (
        "a list of many lines",
        '[microphone]\ndevice = [\n  "a", # best\n  "b",\n] # those\nauto_gain = true\n',
        DEVICE,
        ["b", "a"],
        '[microphone]\ndevice = ["b", "a"] # those\nauto_gain = true\n',
    ),
    (
        "a text of many lines",
        "[microphone]\ndevice = '''\n[speaker]\nvolume = 1'''\n",
        DEVICE,
        "a",
        '[microphone]\ndevice = "a"\n',
    ),
    (
        "what looks alike in a text stays",
        "[log]\nfile = '''\n[speaker]\nvolume = 1\n'''\n[speaker]\nvolume = 2\n",
        VOLUME,
        3,
        "[log]\nfile = '''\n[speaker]\nvolume = 1\n'''\n[speaker]\nvolume = 3\n",
    ),
    ("a dotted key", "speaker.volume = 80\n", VOLUME, 60, "speaker.volume = 60\n"),
    ("quoted keys", "[\"speaker\"]\n'volume' = 80\n", VOLUME, 60, "[\"speaker\"]\n'volume' = 60\n"),
    ("an inline table", "speaker = {volume=80}", VOLUME, 60, "speaker = {volume=60}"),
    ("line ends of Windows", "\ufeff[speaker]\r\nvolume = 80\r\n", VOLUME, 6, "\ufeff[speaker]\r\nvolume = 6\r\n"),
    ("a line end of each kind", "[speaker]\r\nvolume = 80\nx = 1\r\n", VOLUME, 6, "[speaker]\r\nvolume = 6\nx = 1\r\n"),
    # --- keys that are not there
    ("an empty file", "", VOLUME, 60, "[speaker]\nvolume = 60\n"),
    ("only a remark", "# mine", VOLUME, 60, "# mine\n\n[speaker]\nvolume = 60\n"),
    ("only a mark", "\ufeff", VOLUME, 60, "\ufeff[speaker]\nvolume = 60\n"),
    ("no such table", "[log]\r\n", VOLUME, 60, "[log]\r\n\r\n[speaker]\r\nvolume = 60\r\n"),
    ("no such inner table", "[log]\n", MONDAY, [], "[log]\n\n[schedule]\nopen.mon = []\n"),
    ("an empty table", "[speaker] # out\n[log]\n", VOLUME, 60, "[speaker] # out\nvolume = 60\n[log]\n"),
    ("an empty table at the end", "[speaker]", VOLUME, 60, "[speaker]\nvolume = 60"),
    (
        "below the last key, with its indentation",
        "[speaker]\n  device = 'a' # x\n\n[log]\n",
        VOLUME,
        60,
        "[speaker]\n  device = 'a' # x\n  volume = 60\n\n[log]\n",
    ),
    (
        "below the last key without a line end",
        "[speaker]\ndevice = 'a'",
        VOLUME,
        6,
        "[speaker]\ndevice = 'a'\nvolume = 6",
    ),
    (
        "below the remark that mentions it",
        "[speaker]\n# Like the microphone's.\n#device = 'a'\n\n# Percent.\n#volume = 80\n\n"
        "# No more.\nmax_volume = 90\n",
        VOLUME,
        60,
        "[speaker]\n# Like the microphone's.\n#device = 'a'\n\n# Percent.\n#volume = 80\nvolume = 60\n\n"
        "# No more.\nmax_volume = 90\n",
    ),
    (
        "below all of the remark that mentions it",
        '[admin]\n#pin_hash_file = "x"\n# or: pin_hash\n\n# Where.\n',
        ("admin", "pin_hash"),
        "h",
        '[admin]\n#pin_hash_file = "x"\n# or: pin_hash\npin_hash = "h"\n\n# Where.\n',
    ),
    (
        "a remark that leads over to another key",
        "[speaker]\n#volume = 80\n# Not more than:\nmax_volume = 90\n",
        VOLUME,
        60,
        "[speaker]\n#volume = 80\nvolume = 60\n# Not more than:\nmax_volume = 90\n",
    ),
    (
        "a remark in another table",
        "[log]\n#volume = 1\n[speaker]\n",
        VOLUME,
        60,
        "[log]\n#volume = 1\n[speaker]\nvolume = 60\n",
    ),
    (
        "a remark inside a value",
        "[speaker]\ndevice = [\n#volume = 1\n]\n",
        VOLUME,
        60,
        "[speaker]\ndevice = [\n#volume = 1\n]\nvolume = 60\n",
    ),
    (
        "beside its dotted kin",
        "speaker.device = 'a'\n[log]\n",
        VOLUME,
        6,
        "speaker.device = 'a'\nspeaker.volume = 6\n[log]\n",
    ),
    (
        "beside its dotted kin in a table",
        "[schedule]\nopen.tue = []\ntimezone = 'UTC'\n",
        MONDAY,
        [],
        "[schedule]\nopen.tue = []\nopen.mon = []\ntimezone = 'UTC'\n",
    ),
    (
        "in the outer table",
        "[schedule]\ntimezone = 'UTC'\n",
        MONDAY,
        [],
        "[schedule]\ntimezone = 'UTC'\nopen.mon = []\n",
    ),
    (
        "in the inner table",
        "[schedule]\n[schedule.open]\ntue = []\n[log]\n",
        MONDAY,
        ["08:00-18:00"],
        '[schedule]\n[schedule.open]\ntue = []\nmon = ["08:00-18:00"]\n[log]\n',
    ),
    (
        "a table that only a longer header names",
        "[schedule.open]\ntue = []\n",
        ("schedule", "timezone"),
        "UTC",
        '[schedule.open]\ntue = []\n\n[schedule]\ntimezone = "UTC"\n',
    ),
    ("in an inline table", "speaker = { device = 'a' }", VOLUME, 6, "speaker = { device = 'a', volume = 6 }"),
    ("in an empty inline table", "speaker = {}", VOLUME, 6, "speaker = { volume = 6 }"),
    (
        "in an inline table of dotted keys",
        "schedule = {open.tue=[{}.a]}".replace("{}.a", ""),
        MONDAY,
        [],
        "schedule = {open.tue=[], open.mon = []}",
    ),
    (
        "in an inner inline table",
        "schedule = { open = { tue = [] }, timezone = 'UTC' }",
        MONDAY,
        [],
        "schedule = { open = { tue = [], mon = [] }, timezone = 'UTC' }",
    ),
    ("at the top of the file", "# mine\na = 1\n[log]\n", ("b",), 2, "# mine\na = 1\nb = 2\n[log]\n"),
    # --- keys that are to go
    ("a line", "[speaker]\nvolume = 80\nmax_volume = 90\n", VOLUME, None, "[speaker]\nmax_volume = 90\n"),
    ("the last line", "[speaker]\nvolume = 80", VOLUME, None, "[speaker]\n"),
    ("lines", "[microphone]\ndevice = [\n 'a',\n]\n# x\n", DEVICE, None, "[microphone]\n# x\n"),
    ("not the remark behind", "[speaker]\n volume = 80  # loud\n", VOLUME, None, "[speaker]\n # loud\n"),
    ("what is not there", "[speaker]\n", VOLUME, None, "[speaker]\n"),
    ("the first of an inline table", "speaker = { volume = 8, a = 1 }", VOLUME, None, "speaker = { a = 1 }"),
    ("the last of an inline table", "speaker = { a = 1, volume = 8 }", VOLUME, None, "speaker = { a = 1 }"),
    ("all of an inline table", "speaker = { volume = 8 }", VOLUME, None, "speaker = {  }"),
    ("all of a dotted table", "speaker.volume = 8\n[log]\n", VOLUME, None, "[log]\n"),
]


@pytest.mark.parametrize(
    ("before", "name", "value", "after"), [row[1:] for row in EDITS], ids=[row[0] for row in EDITS]
)
def test_one_key_is_changed_and_nothing_else(before: str, name: KeyName, value: Value, after: str) -> None:
    assert edited(before, {name: value}) == after


def test_several_at_once() -> None:
    assert edited("[speaker]\nvolume = 1\n", {VOLUME: 2, ("speaker", "device"): "a", DEVICE: None}) == (
        '[speaker]\nvolume = 2\ndevice = "a"\n'
    )


@pytest.mark.parametrize(
    ("text", "name", "words"),
    [
        ("[speaker\n", VOLUME, "not valid TOML"),
        ("a = [" * 2000, VOLUME, "not valid TOML"),
        ("[speaker]\nvolume.x = 1\n", VOLUME, "line 2 is in its way"),
        ("\n[speaker.volume]\n", VOLUME, "line 2 is in its way"),
        ("\n\nspeaker = 3\n", VOLUME, "line 3 is in its way"),
        ("[[speaker]]\nvolume = 1\n", VOLUME, "line 1 is in its way"),
        ("speaker = [{}]\n", VOLUME, "line 1 is in its way"),
    ],
)
def test_what_cannot_be_done_is_refused(text: str, name: KeyName, words: str) -> None:
    with pytest.raises(NotWritableError, match=words):
        edited(text, {name: 1})


def test_a_table_is_not_taken_out_as_if_it_were_a_key() -> None:
    with pytest.raises(NotWritableError, match="line 1 is in its way"):
        edited("[speaker]\nvolume = 1\n", {("speaker",): None})


@pytest.mark.parametrize("key", list(all_keys()), ids=lambda key: key.dotted)
def test_in_the_file_that_init_writes_a_key_goes_below_its_own_remark(key: Field) -> None:
    text = template()
    result = edited(text, {key.name: 1}).split("\n")
    (at,) = [number for number, line in enumerate(result) if line == f"{key.name[-1]} = 1"]
    before = "\n".join(result[:at]).split("\n\n")[-1]  # the remark it now belongs to
    assert (key.info.description or "").split(";")[0][:40] in before.replace("\n# ", " ")
    assert "\n".join(result[:at] + result[at + 1 :]) == text


# --- any file, any edit

KEYS = ["device", "volume", "a-b", "Ü", "open", "x.y"]
tables = st.sampled_from(["microphone", "speaker", "schedule", "log"])
blanks = st.sampled_from(["", " ", "  ", "\t"])
remarks = st.sampled_from(["", "# mine", '# volume = 3 "', "#volume = 80", "#device = ['a', # [speaker]"])
texts = st.one_of(
    st.sampled_from(
        ["'#'", "''", '"a \\" # b"', "'''\n[speaker]\nvolume = 1\n'''", '"""\n# x\\\n  y"""', "'''a'' '''"]
    ),
)
scalars = st.one_of(texts, st.sampled_from(["1", "-0.0", "nan", "0x1F", "true", "1979-05-27 07:32:00", "inf", "1_000"]))
lists = st.lists(scalars, max_size=3).flatmap(
    lambda items: st.sampled_from(
        [f"[{', '.join(items)}]", "[\n" + "".join(f"  {item}, # {item[:1]}]\n" for item in items) + "]"]
    )
)
inner_tables = st.dictionaries(st.sampled_from(["device", "volume", "b.c"]), scalars, max_size=2).map(
    lambda pairs: "{ " + ", ".join(f"{key}= {value}" for key, value in pairs.items()) + "}"
)
written = st.one_of(scalars, lists, inner_tables)


@st.composite
def a_key(draw: st.DrawFn, name: str) -> str:
    parts = [f'"{part}"' if draw(st.booleans()) or part == "Ü" else part for part in name.split(".")]
    return draw(st.sampled_from([".", " . "])).join(parts)


@st.composite
def documents(draw: st.DrawFn) -> str:
    """A valid text with odd spacing, remarks, all kinds of tables, and line ends of either kind."""
    lines: list[str] = []
    for table in draw(st.lists(tables, unique=True, max_size=3)):
        names = draw(st.lists(st.sampled_from(KEYS), unique=True, max_size=4))
        pairs = [(name, draw(written)) for name in names]
        form = draw(st.sampled_from(["section", "section", "dotted", "inline"]))
        if form == "section":
            inner = draw(st.sampled_from(["", "", ".open"]))
            lines.append(f"{draw(blanks)}[{table}{inner}]{draw(blanks)}{draw(remarks)}")
        for name, value in pairs if form != "inline" else []:
            key = draw(a_key(name if form == "section" else f"{table}.{name}"))
            line = f"{draw(blanks)}{key}{draw(blanks)}={draw(blanks)}{value}{draw(blanks)}{draw(remarks)}"
            lines += [*draw(st.lists(remarks, max_size=2)), line]
            if form == "dotted":  # belongs to the top of the file
                lines.insert(0, lines.pop())
        if form == "inline":
            inside = ", ".join(f"{draw(a_key(name))} = {value}" for name, value in pairs)
            lines.insert(0, f"{table} = {{{draw(blanks)}{inside}{draw(blanks)}}}")
    text = "\n".join([*lines, *draw(st.lists(remarks, max_size=2))]) + draw(st.sampled_from(["", "\n"]))
    mark = draw(st.sampled_from(["", "", "\ufeff"]))
    return mark + (text.replace("\n", "\r\n") if draw(st.booleans()) else text)


names = st.one_of(
    st.tuples(tables, st.sampled_from(["device", "volume", "new", "Ü"])),
    st.tuples(st.just("schedule"), st.just("open"), st.sampled_from(["mon", "device"])),
)
new_values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(0, 100),
    st.text(st.characters(codec="utf-8"), max_size=8),
    st.floats(allow_nan=False),
    st.lists(st.text("aä\"'#]\n\x7f", max_size=4), max_size=3),
)


def parsed(text: str) -> dict[str, Any]:
    return tomllib.loads(text.removeprefix("\ufeff"))


def looked_up(values: object, name: KeyName) -> object:
    for part in name:
        values = values.get(part) if isinstance(values, dict) else None
    return values


def without(values: Mapping[str, Any], name: KeyName) -> dict[str, Any]:
    """Without that key, and without tables that hold nothing."""
    left = {
        key: without(item, name[1:] if name[:1] == (key,) else ()) if isinstance(item, dict) else item
        for key, item in values.items()
        if name != (key,)
    }
    return {key: item for key, item in left.items() if item != {}}


MARK = 1_111_111


def written_value(text: str, name: KeyName) -> str:
    """The value of a key that is there, as it is written."""
    before, after = edited(text, {name: MARK}).split(str(MARK))
    assert text.startswith(before)
    assert text.endswith(after)
    return text[len(before) : len(text) - len(after)]


def is_addition(text: str, result: str) -> bool:
    """Whether ``result`` is ``text`` with something put in at one place."""
    start = next((at for at, (a, b) in enumerate(zip(text, result, strict=False)) if a != b), len(text))
    return result.endswith(text[start:])


@given(documents(), names, new_values)
def test_any_edit_leaves_all_other_bytes_as_they_were(text: str, name: KeyName, value: Value) -> None:
    before = parsed(text)
    old = looked_up(before, name)
    try:
        result = edited(text, {name: value})
    except NotWritableError:
        around = [looked_up(before, name[:length]) for length in range(1, len(name))]
        assert isinstance(old, dict) or any(inner is not None and not isinstance(inner, dict) for inner in around)
        return
    after = parsed(result)
    assert repr(looked_up(after, name)) == repr(value)
    assert repr(without(after, name)) == repr(without(before, name))
    if old is None:
        assert is_addition(text, result)
    elif value is None:
        assert is_addition(result, text)
        inside = written_value(text, name)
        assert text.count("#") - result.count("#") == inside.count("#")  # no remark goes with it
        assert text.count("\n") - result.count("\n") <= inside.count("\n") + 1
    elif repr(value) == repr(old):
        assert result == text
    else:
        inside = written_value(text, name)
        assert repr(tomllib.loads(f"x = {inside}")["x"]) == repr(old)
        assert repr(looked_up(parsed(edited(result, {name: MARK})), name)) == str(MARK)
        assert edited(result, {name: MARK}) == edited(text, {name: MARK})
