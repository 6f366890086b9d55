"""What leaves the page without asking: noticed at once, and undone by the next load."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.engine.engine import Engine


@pytest.mark.parametrize(
    ("script", "address"),
    [
        ("location.href = 'about:blank'", "about:blank"),
        ("history.pushState(null, '', '/elsewhere.html')", "kiosk://app/elsewhere.html"),
        ("history.replaceState(null, '', '/index.html?page=7')", "kiosk://app/index.html"),
    ],
)
def test_a_page_at_another_address_is_reported(start_engine: Callable[..., Engine], script: str, address: str) -> None:
    engine = start_engine()
    engine.load()
    engine.run(script)
    assert engine.wait("load_failed")["why"] == f"the page left its address for {address}"
    assert engine.load("reload") == 2
    assert engine.evaluate("location.href") == "kiosk://app/index.html?page=2"


def test_a_fragment_is_the_same_page(shared_engine: Engine) -> None:
    marker = shared_engine.evaluate("window.marker")
    shared_engine.run("location.hash = 'chapter'")
    assert shared_engine.evaluate("location.hash") == "#chapter"
    assert shared_engine.evaluate("window.marker") == marker
    shared_engine.run("history.replaceState(null, '', location.pathname + location.search)")
    assert not [event for event in shared_engine.events if event["event"] == "load_failed"]


def test_a_page_that_wants_to_be_asked_before_it_goes_is_not_asked(start_engine: Callable[..., Engine]) -> None:
    engine = start_engine()
    engine.load()
    engine.tap("addEventListener('beforeunload', (event) => event.preventDefault());")
    assert engine.load("reload") == 2


def test_a_page_that_is_not_there_is_reported(start_engine: Callable[..., Engine]) -> None:
    engine = start_engine()
    engine.load()
    (engine.web / "index.html").unlink()
    engine.command("reload")
    engine.wait("load_failed")
