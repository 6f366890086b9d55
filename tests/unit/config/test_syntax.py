import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.config.syntax import read_document


@pytest.mark.parametrize(
    ("text", "line", "column", "advice"),
    [
        ("a = 1\nurl = wss://host\n", 2, 7, "double quotes"),
        ("timeout = 90s\n", 1, 13, "double quotes"),
        ("a = True\n", 1, 5, "Write true"),
        ("a = off\n", 1, 5, "Write false"),
        ("a = none\n", 1, 5, "Remove the line"),
        ("a: 1\n", 1, 2, 'Write "="'),
        ("a = “x”\n", 1, 5, "typographic quotes"),
        ('logo = "C:\\logo.png"\n', 1, 13, "single quotes"),
        ("a =\n", 1, 4, "Write the value"),
        ('a = "x\n', 1, 7, "the same quote"),
        ('a = "x" "y"\n', 1, 9, "one key = value"),
        ("[livekit\n", 1, 9, "Close the name"),
        ("hello\n", 1, 6, "Begin the line with #"),
        ("a = [1, 2\nb = 3\n", 1, 5, "commas"),
        ("a = [\n 'x'\n 'y'\n]\n", 1, 5, "noticed in line 3"),
        ('a = """x\n', 1, 5, "same quote at its end"),
        ("a = 1\n\na = 2\n", 3, 1, "first in line 1"),
        ("[t]\nx = 1\n[t]\n", 3, 1, "first in line 1"),
    ],
)
def test_a_fault_has_its_place_and_an_advice(text: str, line: int, column: int, advice: str) -> None:
    (problem,) = read_document(text).problems
    assert (problem.line, problem.column) == (line, column)
    assert advice in problem.message


def test_every_faulty_line_is_told_and_the_rest_is_read() -> None:
    document = read_document("a = wss://x\nb = True\nc = 3\nd = 90s\n")
    assert [problem.line for problem in document.problems] == [1, 2, 4]
    assert document.values == {"c": 3}


def test_the_rest_of_a_broken_list_is_not_told_again() -> None:
    document = read_document('a = x[\n  "en",\n  "de",\n]\n')
    assert [problem.line for problem in document.problems] == [1]


def test_keys_below_a_broken_header_do_not_fall_into_the_table_before() -> None:
    document = read_document('[livekit]\nurl = "x"\n[session\nstart = "tap"\n[log]\nlevel = "info"\n')
    assert [problem.line for problem in document.problems] == [3]
    assert document.values == {"livekit": {"url": "x"}, "log": {"level": "info"}}


@pytest.mark.parametrize("text", ["\ufeffa = 1\nb = 2\n", "a = 1\r\nb = 2\r\n", "a = 1\nb = 2"])
def test_what_editors_of_other_systems_write_is_understood(text: str) -> None:
    document = read_document(text)
    assert (document.values, document.problems) == ({"a": 1, "b": 2}, ())


def test_a_secret_in_a_broken_line_is_not_repeated() -> None:
    for line in (
        "api_secret = topsecret",
        "api_secret: 'topsecret'",
        'api_secret = "topsecret',
        "api_secret topsecret",
    ):
        (problem,) = read_document(line + "\n").problems
        assert "topsecret" not in f"{problem!r}{problem}"


def test_nesting_without_end_is_a_problem_like_any_other() -> None:
    assert read_document("a = " + "[" * 100_000).problems


@given(st.text(st.sampled_from("ab =.[]{}\"'#,\n\\1:t")))
def test_any_text_is_either_read_or_explained(text: str) -> None:
    document = read_document(text)
    lines = text.count("\n") + 1
    assert all(problem.message and problem.line and problem.line <= lines for problem in document.problems)
