"""Rules between keys: what needs what, what excludes what, what must not be longer than what.

Pure: a rule sees the settings and which keys were given. A key that was given but is wrong counts as given, so that one
mistake is told once.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from kiosk.config.durations import format_duration
from kiosk.config.fields import KeyName
from kiosk.config.problems import either
from kiosk.config.schema import LiveKit, Settings


@dataclass(frozen=True)
class Breach:
    """A broken rule. ``key`` is where it shows; ``what`` and ``suggestion`` are sentences."""

    key: KeyName
    what: str
    expected: str
    suggestion: str = ""


Given = Callable[[str], bool]
"""Whether a dotted key was given, rightly or wrongly."""


def breaches(settings: Settings, given: Collection[str], broken: Collection[str]) -> list[Breach]:
    """All broken rules.

    Args:
        settings: the settings as far as they could be read.
        given: the dotted names of the keys that the file or the environment names.
        broken: those among them whose value was refused; comparisons with them are pointless.
    """

    def is_given(key: str) -> bool:
        return key in given

    return [*_livekit(is_given), *_avatar(settings, is_given), *_orders(settings, broken)]


def _livekit(given: Given) -> Iterator[Breach]:
    if not any(given(f"livekit.{key}") for key in LiveKit.model_fields):
        return  # demo mode
    if given("livekit.token_endpoint"):
        for key in ("api_key", "api_secret"):
            if given(f"livekit.{key}"):
                yield Breach(
                    ("livekit", key),
                    f"livekit.{key} is given together with livekit.token_endpoint.",
                    "either a token endpoint, or a key with its secret",
                    f"Remove {key}: with a token endpoint no secret needs to lie on this machine.",
                )
    else:
        missing = [key for key in ("url", "api_key", "api_secret") if not given(f"livekit.{key}")]
        for key in missing:
            yield Breach(
                ("livekit", key),
                f"livekit.{key} is missing.",
                "url, api_key and api_secret, or a token_endpoint",
                "Give it here, in a file (api_secret_file), in the keyring (api_secret_keyring) or in "
                "$AVATAR_KIOSK_LIVEKIT_API_SECRET."
                if key == "api_secret"
                else "",
            )
        yield from _pointless("livekit.token_endpoint_headers", "livekit.token_endpoint", given)
    yield from _pointless("livekit.agent_metadata", "livekit.agent_name", given)


def _avatar(settings: Settings, given: Given) -> Iterator[Breach]:
    # The key buys session tokens, and these packages want none.
    without_tokens = any(package.startswith("@spatius/") for package in settings.avatar.packages)
    wanted = ("app_id", "avatar_id") if without_tokens else ("app_id", "avatar_id", "api_key")
    builtin = given("avatar.sdk") and settings.avatar.sdk == "builtin"
    needed = (given("avatar.sdk") or any(given(f"avatar.{key}") for key in wanted)) and not builtin
    for key in wanted:
        if needed and not given(f"avatar.{key}"):
            others = either((other for other in wanted if other != key), "and")
            yield Breach(
                ("avatar", key),
                f"avatar.{key} is missing.",
                f"{key} together with {others}",
                'For the built-in avatar write sdk = "builtin".',
            )
    if needed and settings.avatar.environment == "cn" and not given("avatar.console_endpoint"):
        yield Breach(
            ("avatar", "console_endpoint"),
            "avatar.console_endpoint is missing.",
            'the address of the console, for environment = "cn"',
            "The platform's documents name it.",
        )


def _pointless(key: str, without: str, given: Given) -> Iterator[Breach]:
    if given(key) and not given(without):
        table, name = key.split(".")
        yield Breach((table, name), f"{key} is given without {without}.", "both, or none of them")


def _orders(settings: Settings, broken: Collection[str]) -> Iterator[Breach]:
    session, recovery = settings.session, settings.recovery
    rows = (
        ("session.warning", session.warning, "session.idle_timeout", session.idle_timeout),
        ("recovery.backoff_initial", recovery.backoff_initial, "recovery.backoff_max", recovery.backoff_max),
    )
    for shorter, low, longer, high in rows:
        if low > high and shorter not in broken and longer not in broken:
            table, name = shorter.split(".")
            yield Breach(
                (table, name),
                f"{shorter} is {format_duration(low)}, but {longer} is {format_duration(high)}.",
                f"{name} not longer than {longer.split('.')[-1]}",
            )
