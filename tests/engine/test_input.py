"""Keys, clicks and gestures at the real window."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.engine.engine import Engine
from tests.support.waiting import wait_until


@pytest.mark.parametrize(
    "key",
    [
        "F1", "F3", "F5", "F7", "F11", "F12", "Escape", "Menu", "shift+F10",
        "ctrl+r", "ctrl+w", "ctrl+n", "ctrl+t", "ctrl+q", "ctrl+p", "ctrl+s", "ctrl+u", "ctrl+o", "ctrl+f", "ctrl+h",
        "ctrl+j", "ctrl+l", "ctrl+a", "ctrl+c", "ctrl+v", "ctrl+plus", "ctrl+minus", "ctrl+0", "ctrl+shift+i",
        "ctrl+shift+n", "alt+Left", "alt+Home", "XF86Back", "XF86HomePage", "XF86Reload", "XF86Search", "super+l",
    ],
)  # fmt: skip
def test_command_keys_do_not_reach_the_page(shared_engine: Engine, key: str) -> None:
    marker = shared_engine.evaluate("(window.keys = [], window.marker)")
    ratio = shared_engine.evaluate("devicePixelRatio")
    since = len(shared_engine.events)
    shared_engine.screen.key(key)
    shared_engine.wait("input_refused", since=since)
    # The next key arrives after the refused one: had that been let through, it would be here by now.
    shared_engine.screen.key("x")
    wait_until(lambda: shared_engine.evaluate("window.keys"), "a key")
    assert shared_engine.evaluate("window.keys") in (["x"], ["Shift", "x"])
    assert shared_engine.evaluate("window.marker") == marker
    assert shared_engine.evaluate("devicePixelRatio") == ratio


def test_writing_and_moving_the_focus_work(shared_engine: Engine) -> None:
    shared_engine.evaluate("(window.keys = [])")
    shared_engine.screen.key("a", "Tab", "shift+b", "Return", "BackSpace", "space", "udiaeresis")
    wait_until(lambda: "ü" in shared_engine.evaluate("window.keys"), "the last key")
    assert shared_engine.evaluate("window.keys.filter((key) => key !== 'Shift')") == [
        "a", "Tab", "B", "Enter", "Backspace", " ", "ü",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("button", "name"), [(2, "MiddleButton"), (3, "RightButton"), (8, "BackButton"), (9, "ForwardButton")]
)
def test_only_the_first_button_counts(shared_engine: Engine, button: int, name: str) -> None:
    shared_engine.evaluate("(window.presses = [])")
    since = len(shared_engine.events)
    shared_engine.screen.click(100, 100, button=button)
    shared_engine.wait("input_refused", since=since, what=f"mouse button {name}")
    shared_engine.tap("return 1")
    assert set(shared_engine.evaluate("window.presses")) == {0}


def test_the_wheel_does_not_zoom(shared_engine: Engine) -> None:
    before = shared_engine.evaluate("[devicePixelRatio, visualViewport.scale, innerWidth]")
    since = len(shared_engine.events)
    shared_engine.xdotool("keydown", "ctrl", "click", "4", "keyup", "ctrl")
    shared_engine.wait("input_refused", since=since, what="wheel with a modifier key")
    assert shared_engine.evaluate("[devicePixelRatio, visualViewport.scale, innerWidth]") == before


def test_nothing_is_dragged_out(shared_engine: Engine) -> None:
    shared_engine.run("""
      window.drags = [];
      const link = document.createElement("a");
      link.href = "https://example.org/";
      link.textContent = "drag me ".repeat(500);
      link.draggable = true;
      for (const kind of ["dragstart", "drag", "dragend"])
        link.addEventListener(kind, (event) => window.drags.push([kind, event.defaultPrevented]));
      document.getElementById("surface").append(link);
    """)

    def dragged() -> list[list[object]]:
        for step in ("mousemove 200 400", "mousedown 1", "mousemove 220 420", "mousemove 300 500", "mouseup 1"):
            shared_engine.xdotool(*step.split())
        drags: list[list[object]] = shared_engine.evaluate("window.drags")
        return drags

    assert set(map(tuple, wait_until(dragged, "a drag", every=0.3))) == {("dragstart", True)}
    shared_engine.run("document.querySelector('#surface a').remove()")


def test_input_reaches_a_rebuilt_page(start_engine: Callable[..., Engine]) -> None:
    engine = start_engine()
    engine.load()
    engine.load("rebuild")
    assert engine.tap("return 'tapped'") == "tapped"
    engine.screen.key("z")
    wait_until(lambda: engine.evaluate("window.keys") == ["z"], "the key")


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_turned_page_fills_the_screen_and_feels_touches_where_they_are(
    start_engine: Callable[..., Engine], rotation: int
) -> None:
    engine = start_engine()
    engine.command("place", placement={"rotation": rotation})
    engine.load()
    screen = engine.screen
    width, height = (screen.width, screen.height) if rotation == 180 else (screen.height, screen.width)
    wait_until(lambda: engine.evaluate("[innerWidth, innerHeight]") == [width, height], "the page's size")
    engine.run("addEventListener('click', (event) => { window.place = [event.clientX, event.clientY]; })")

    def clicked() -> list[int] | None:
        screen.click(100, 200)
        place: list[int] | None = engine.evaluate("window.place")
        return place

    place = wait_until(clicked, "the click", every=0.3)
    assert (
        place
        == {
            90: [200, screen.width - 100],
            180: [screen.width - 100, screen.height - 200],
            270: [screen.height - 200, 100],
        }[rotation]
    )
