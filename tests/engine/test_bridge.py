"""The bridge: queued until hello, numbered, and alive after whatever happens to the renderer."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

from tests.engine.engine import Engine
from tests.support.waiting import wait_until

Start = Callable[..., Engine]


def heard(engine: Engine) -> list[str]:
    texts: list[str] = engine.evaluate("window.heard")
    return texts


def test_text_sent_before_the_page_listens_arrives_in_order(start_engine: Start) -> None:
    engine = start_engine()
    engine.command("send", texts=["first"])
    engine.command("load")
    engine.command("send", texts=["second", "third"])
    engine.wait("message", 20, type="hello")
    assert heard(engine) == ["first", "second", "third"]


def test_five_thousand_texts_arrive_unharmed(start_engine: Start) -> None:
    """PySide6 6.12 on Python 3.11 would abort: each emit drops a reference to True there."""
    engine = start_engine()
    engine.load()
    texts = [f'{{"n":{number},"umlaut":"ü\\u2028"}}' for number in range(5000)]
    engine.command("send", texts=texts)
    assert heard(engine) == texts


def test_each_load_has_its_number_and_starts_afresh(start_engine: Start) -> None:
    engine = start_engine()
    assert engine.load() == 1
    engine.command("send", texts=["for the first"])
    assert engine.load("reload") == 2
    assert heard(engine) == []
    assert engine.evaluate("location.href") == "kiosk://app/index.html?page=2"


def test_what_an_older_page_says_is_dropped(start_engine: Start) -> None:
    engine = start_engine()
    engine.load()
    engine.load("reload")
    engine.run('window.kiosk.post(JSON.stringify({ page: 1, type: "late" }))')
    engine.run(
        "window.kiosk.post('no JSON'); window.kiosk.post('[1]'); window.kiosk.post(JSON.stringify({ type: 'x' }))"
    )
    engine.run("window.kiosk.post(JSON.stringify({ page: 2, type: 'huge', text: 'x'.repeat(300000) }))")
    assert engine.evaluate("'still here'") == "still here"
    kinds = {event["type"] for event in engine.events if event["event"] == "message"}
    assert kinds == {"hello", "answer"}


def test_the_page_cannot_delete_the_bridge(start_engine: Start) -> None:
    engine = start_engine()
    engine.load()
    engine.run("window.kiosk.deleteLater()")
    engine.command("send", texts=["still connected"])
    assert heard(engine) == ["still connected"]
    assert "tried to delete the bridge" in engine.log()


def test_a_killed_renderer_is_reported_and_the_page_comes_back(start_engine: Start) -> None:
    engine = start_engine()
    engine.load()
    old = engine.look()["renderer_pid"]
    os.kill(old, signal.SIGKILL)
    assert "crashed" in engine.wait("renderer_gone")["why"]
    assert engine.load("reload") == 2
    engine.command("send", texts=["welcome back"])
    assert heard(engine) == ["welcome back"]
    assert engine.look()["renderer_pid"] not in {0, old}


def test_a_page_can_be_rebuilt_while_its_end_is_reported(start_engine: Start) -> None:
    engine = start_engine()
    engine.load()
    engine.command("rebuild-when-lost")
    os.kill(engine.look()["renderer_pid"], signal.SIGKILL)
    engine.wait("message", 20, type="hello", page=2)
    assert engine.evaluate("1 + 1") == 2
    assert len([event for event in engine.events if event["event"] == "renderer_gone"]) == 1


def test_a_hung_renderer_is_killed_by_a_rebuild(start_engine: Start) -> None:
    engine = start_engine()
    engine.load()
    old = engine.look()["renderer_pid"]
    engine.run("for (;;);")
    assert engine.load("rebuild") == 2
    assert engine.look()["renderer_pid"] != old
    wait_until(lambda: not Path(f"/proc/{old}").exists(), "the old renderer's end")
    assert not [event for event in engine.events if event["event"] == "renderer_gone"], "our own kill is no loss"


def test_a_rebuild_leaves_nothing_of_the_visitor_behind(start_engine: Start) -> None:
    engine = start_engine()
    engine.load()
    fill = """(async () => {
      localStorage.setItem("visitor", "1");
      sessionStorage.setItem("visitor", "1");
      await (await caches.open("visitor")).put("https://visitor.example/", new Response("1"));
      await new Promise((resolve, reject) => {
        const request = indexedDB.open("visitor");
        request.onsuccess = resolve;
        request.onerror = reject;
      });
      return localStorage.length + (await caches.keys()).length + (await indexedDB.databases()).length;
    })()"""
    assert engine.evaluate(fill) == 3
    engine.load("rebuild", kill=False)
    assert engine.evaluate("localStorage.length + sessionStorage.length") == 0
    assert engine.evaluate("[await caches.keys(), await indexedDB.databases()]") == [[], []]
