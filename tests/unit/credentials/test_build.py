"""The credentials as the kiosk uses them: built from a configuration file."""

import email.utils
import subprocess
import sys
from pathlib import Path

import jwt
import pytest

from kiosk.config import Settings
from kiosk.credentials import DEMO_URL, CredentialProblem, Credentials, build_credentials
from kiosk.credentials.build import SessionTokens
from tests.unit.credentials.services import API_KEY, API_SECRET, Script, Time, serving, settings_of

SIGNING = f"""
[livekit]
url = "wss://livekit.example.com"
api_key = "{API_KEY}"
api_secret = "{API_SECRET}"
room_prefix = "hall-"
identity_prefix = "left-"
agent_name = "reception"
token_ttl = "2m"
"""


def claims_of(token: str) -> dict[str, object]:
    # The tests' time is not today's.
    options = jwt.types.Options(verify_nbf=False, verify_exp=False)
    return dict(jwt.decode(token, API_SECRET, algorithms=["HS256"], options=options))


async def test_signs_with_the_configured_key(tmp_path: Path) -> None:
    time = Time()
    credentials = build_credentials(settings_of(tmp_path, SIGNING), lambda: time.wall)
    grant = await credentials.join("b7-1", "de")
    claims = claims_of(grant.token.get_secret_value())
    assert grant.url == "wss://livekit.example.com"
    assert grant.room.startswith("hall-")
    assert grant.identity.startswith("left-")
    assert grant.expires_at == claims["exp"] == time.wall + 120
    assert claims["sub"] == grant.identity
    assert isinstance(claims["video"], dict)
    assert claims["video"]["room"] == grant.room
    assert claims["roomConfig"] == {"agents": [{"agentName": "reception"}]}
    assert (await credentials.avatar_token(), credentials.avatar_token_age()) == (None, None)
    await credentials.aclose()


async def test_every_join_has_a_room_and_an_identity_of_its_own(tmp_path: Path) -> None:
    credentials = build_credentials(settings_of(tmp_path, SIGNING))
    grants = [await credentials.join("b7-1", "en") for _ in range(20)]
    assert len({grant.room for grant in grants}) == len({grant.identity for grant in grants}) == 20
    await credentials.aclose()


async def test_secrets_show_nowhere(tmp_path: Path) -> None:
    credentials = build_credentials(settings_of(tmp_path, SIGNING))
    grant = await credentials.join("b7-1", "en")
    told = f"{grant!r}{grant}{credentials!r}{vars(credentials)}"
    assert grant.token.get_secret_value() not in told
    assert API_SECRET not in told
    await credentials.aclose()


async def test_fetches_from_the_configured_endpoint(tmp_path: Path) -> None:
    time = Time()
    token = jwt.encode(
        {"sub": "visitor", "exp": time.wall + 300, "video": {"roomJoin": True, "room": "theirs"}}, API_SECRET
    )
    async with serving(Script([(200, {"serverUrl": "wss://x", "participantToken": token})])) as service:
        settings = settings_of(
            tmp_path,
            f"[livekit]\ntoken_endpoint = '{service.url}'\ntoken_endpoint_headers = {{ X-Key = 'abcdef' }}\n",
        )
        credentials = build_credentials(settings, lambda: time.wall)
        await credentials.probe()
        grant = await credentials.join("b7-1", "de")
        await credentials.close_room(grant.room)  # without the server's secret there is nothing to ask anybody
        await credentials.aclose()
    assert (grant.room, grant.expires_at) == ("theirs", time.wall + 300)
    assert [asked.method for asked in service.asked] == ["HEAD", "POST"]
    assert service.asked[1].headers["X-Key"] == "abcdef"
    assert service.asked[1].json()["room_name"].startswith("lobby-")


@pytest.mark.parametrize("off", [-3600.0, 3600.0])
async def test_a_good_token_is_taken_by_a_machine_whose_clock_is_off(tmp_path: Path, off: float) -> None:
    """An hour ahead it would seem to have expired; an hour behind, to live for longer than it does."""
    time = Time()
    claims = {"sub": "visitor", "exp": time.wall + 300, "video": {"roomJoin": True, "room": "theirs"}}
    answer = {"serverUrl": "wss://x", "participantToken": jwt.encode(claims, API_SECRET)}
    date = email.utils.formatdate(time.wall, usegmt=True)
    async with serving(Script([(200, answer)], {"Date": date})) as service:
        settings = settings_of(tmp_path, f"[livekit]\ntoken_endpoint = '{service.url}'\n")
        time.wall += off
        credentials = build_credentials(settings, lambda: time.wall)
        grant = await credentials.join("b7-1", "de")
        await credentials.aclose()
    assert grant.expires_at - time.wall == pytest.approx(300, abs=3)


async def test_after_a_refusal_only_a_token_proves_that_the_endpoint_is_well(tmp_path: Path) -> None:
    time = Time()
    token = jwt.encode(
        {"sub": "visitor", "exp": time.wall + 300, "video": {"roomJoin": True, "room": "theirs"}}, API_SECRET
    )
    answers = [(401, {}), (401, {}), (200, {"serverUrl": "wss://x", "participantToken": token}), (200, {})]
    async with serving(Script(answers)) as service:
        settings = settings_of(tmp_path, f"[livekit]\ntoken_endpoint = '{service.url}'\n")
        credentials = build_credentials(settings, lambda: time.wall)
        for attempt in (credentials.join("b7-1", "de"), credentials.probe()):
            with pytest.raises(CredentialProblem):
                await attempt
        await credentials.probe()
        await credentials.probe()
        await credentials.aclose()
    assert [asked.method for asked in service.asked] == ["POST", "POST", "POST", "HEAD"]


async def test_an_endpoint_that_wants_to_be_left_alone_is_left_alone(tmp_path: Path) -> None:
    time = Time()
    token = jwt.encode(
        {"sub": "visitor", "exp": time.wall + 300, "video": {"roomJoin": True, "room": "theirs"}}, API_SECRET
    )
    good = {"serverUrl": "wss://x", "participantToken": token}
    async with serving(Script([(429, {}), (200, good)], {"Retry-After": "60"})) as service:
        settings = settings_of(tmp_path, f"[livekit]\ntoken_endpoint = '{service.url}'\n")
        credentials = build_credentials(settings, lambda: time.wall, monotonic=lambda: time.monotonic)
        for attempt in (credentials.join("b7-1", "de"), credentials.join("b7-2", "de"), credentials.probe()):
            with pytest.raises(CredentialProblem):
                await attempt
        assert len(service.asked) == 1
        time.monotonic += 60.0
        await credentials.probe()
        await credentials.aclose()
    assert len(service.asked) == 2


async def test_keeps_the_avatars_session_token(tmp_path: Path) -> None:
    (tmp_path / "sdk" / "node_modules").mkdir(parents=True)
    time, remembered = Time(), list[str]()
    async with serving(
        Script([(200, {"sessionToken": "the-first"}), (200, {"sessionToken": "the-second"})])
    ) as console:
        text = f"""{SIGNING}
        [avatar]
        sdk = "./sdk"
        app_id = "app"
        avatar_id = "avatar"
        api_key = "avatarkit-api-key"
        console_endpoint = "{console.url}v1/console"
        session_token_ttl = "30m"
        """
        credentials = build_credentials(
            settings_of(tmp_path, text),
            lambda: time.wall,
            monotonic=lambda: time.monotonic,
            remember=remembered.append,
        )
        for _ in range(3):
            token = await credentials.avatar_token()
            assert token is not None
            assert token.get_secret_value() == "the-first"
        time.pass_by(1250)
        assert credentials.avatar_token_age() == 1250
        await credentials.avatar_token()
        await credentials.aclose()
    assert [asked.json()["expireAt"] for asked in console.asked] == [
        int(time.wall - 1250 + 1800),
        int(time.wall + 1800),
    ]
    assert remembered == ["the-first", "the-second"]


@pytest.mark.parametrize(
    ("giver", "paths"),
    [("console", ["/session-tokens"]), ("api", ["/v1/auth/session-token"]), ("nobody", [])],
)
async def test_the_avatars_generation_decides_who_gives_its_session_token(
    tmp_path: Path, giver: SessionTokens, paths: list[str]
) -> None:
    (tmp_path / "sdk" / "node_modules").mkdir(parents=True)
    async with serving(Script([(200, {"sessionToken": "a-token", "session_token": "a-token"})])) as service:
        text = f"""{SIGNING}
        [avatar]
        sdk = "./sdk"
        app_id = "app"
        avatar_id = "avatar"
        api_key = "avatarkit-api-key"
        console_endpoint = "{service.url.rstrip("/")}"
        """
        credentials = build_credentials(settings_of(tmp_path, text), session_tokens=giver)
        token = await credentials.avatar_token()
        assert (token is None) is (giver == "nobody")
        await credentials.aclose()
    assert [asked.path for asked in service.asked] == paths


async def test_demo_mode_asks_nobody() -> None:
    credentials = build_credentials(Settings())
    first, second = await credentials.join("b7-1", "en"), await credentials.join("b7-2", "en")
    assert first.url == DEMO_URL
    assert first.room != second.room
    await credentials.probe()
    await credentials.close_room(first.room)
    assert await credentials.avatar_token() is None
    await credentials.aclose()


def test_half_a_server_is_a_mistake_of_the_caller() -> None:
    settings = Settings.model_validate({"livekit": {"url": "wss://x"}})
    with pytest.raises(ValueError, match="api_secret"):
        build_credentials(settings)


async def test_a_refusal_reaches_the_caller_as_it_is(tmp_path: Path) -> None:
    async with serving(Script([(401, {"msg": "no"})])) as service:
        text = SIGNING.replace("wss://livekit.example.com", service.url.replace("http", "ws"))
        credentials: Credentials = build_credentials(settings_of(tmp_path, text))
        for attempt in (credentials.probe(), credentials.close_room("lobby-1")):
            with pytest.raises(CredentialProblem) as caught:
                await attempt
            assert caught.value.reason == "credentials_refused"
        await credentials.aclose()


def test_the_slow_libraries_are_not_loaded_before_they_are_needed() -> None:
    program = (
        "import sys; from kiosk.config import Settings; from kiosk.credentials import build_credentials;"
        "build_credentials(Settings()); print([m for m in ('livekit.api', 'avatarkit', 'aiohttp') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert ran.stdout.strip() == "[]"
