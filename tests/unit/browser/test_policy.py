from __future__ import annotations

import pytest

from kiosk.browser.policy import connect_sources, content_security_policy, for_log, may_connect, same_origin


@pytest.mark.parametrize(
    ("url", "sources"),
    [
        ("wss://rtc.example.org", ("wss://rtc.example.org", "https://rtc.example.org")),
        ("ws://10.0.0.5:7880/", ("ws://10.0.0.5:7880", "http://10.0.0.5:7880")),
        ("https://api.example.org/token?x=1", ("wss://api.example.org", "https://api.example.org")),
        ("ws://[::1]:7880", ("ws://[::1]:7880", "http://[::1]:7880")),
        (
            "wss://museum.livekit.cloud",
            (
                "wss://museum.livekit.cloud",
                "https://museum.livekit.cloud",
                "wss://*.livekit.cloud",
                "https://*.livekit.cloud",
            ),
        ),
    ],
)
def test_a_server_is_reached_by_socket_and_by_request(url: str, sources: tuple[str, ...]) -> None:
    assert connect_sources(url) == sources


@pytest.mark.parametrize("url", ["", "example.org", "file:///etc", "wss://", "javascript:1", "ws://x:port"])
def test_what_is_no_server_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        connect_sources(url)


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("wss://rtc.example.org/rtc?access_token=x", True),
        ("wss://rtc.example.org:443/", True),
        ("wss://rtc.example.org:444/", False),
        ("ws://rtc.example.org/", False),
        ("wss://rtc.example.org.evil.example/", False),
        ("wss://evil.example/rtc.example.org", False),
        ("wss://rtc.example.org@evil.example/", False),
        ("https://a.livekit.cloud/", True),
        ("https://livekit.cloud/", False),
        ("https://evil-livekit.cloud/", False),
        ("http://10.0.0.5:7880/x", True),
        ("http://10.0.0.5/x", False),
        ("http://[bad", False),
    ],
)
def test_requests_are_matched_by_scheme_host_and_port(url: str, allowed: bool) -> None:
    sources = ("wss://rtc.example.org", "https://*.livekit.cloud", "http://10.0.0.5:7880")
    assert may_connect(url, sources) is allowed


def test_a_scheme_alone_allows_all_its_hosts() -> None:
    assert may_connect("wss://anything.example:1/", ("wss:",))
    assert not may_connect("ws://anything.example:1/", ("wss:",))


@pytest.mark.parametrize(
    ("url", "ours"),
    [
        ("kiosk://app/index.html", True),
        ("kiosk://app", True),
        ("kiosk://app.example/", False),
        ("kiosk://app:1/", False),
        ("kiosk://user@app/", False),
        ("https://app/", False),
        ("kiosk:app", False),
        ("http://[bad", False),
    ],
)
def test_the_origin_is_exact(url: str, ours: bool) -> None:
    assert same_origin(url) is ours


def test_the_policy_names_no_unsafe_source() -> None:
    policy = content_security_policy(connect=("wss://rtc.example.org",), script_nonce="abc")
    assert "unsafe-inline" not in policy
    assert "'unsafe-eval'" not in policy
    assert "default-src 'none'" in policy
    assert "script-src kiosk://app 'wasm-unsafe-eval' 'nonce-abc';" in policy
    assert "connect-src kiosk://app data: blob: wss://rtc.example.org;" in policy


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("wss://host/rtc?access_token=secret#x", "wss://host/rtc"),
        ("https://user:secret@host/", "https://host/"),
        ("about:blank", "about:blank"),
        ("http://[bad", "(not an address)"),
    ],
)
def test_addresses_are_logged_without_secrets(url: str, shown: str) -> None:
    assert for_log(url) == shown


def test_long_addresses_are_cut() -> None:
    assert len(for_log("data:text/html," + "x" * 10_000)) == 200
