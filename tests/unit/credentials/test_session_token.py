import asyncio
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from kiosk.credentials.problem import CredentialProblem, ProblemReason
from kiosk.credentials.session_token import LONGEST_LIFE, SessionTokenKeeper
from tests.unit.credentials.services import Time


class Console:
    """Gives token-1, token-2, …; fails while told to."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self.problem: CredentialProblem | None = None
        self.open = asyncio.Event()
        self.open.set()

    async def request(self, expires_at: float) -> SecretStr:
        self.asked.append(expires_at)
        await self.open.wait()
        if self.problem is not None:
            raise self.problem
        return SecretStr(f"token-{len(self.asked)}")


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def console() -> Console:
    return Console()


Make = Callable[..., SessionTokenKeeper]


@pytest.fixture
def remembered() -> list[str]:
    return []


@pytest.fixture
def make(time: Time, console: Console, remembered: list[str]) -> Make:
    def keeper(life: float = 1800.0) -> SessionTokenKeeper:
        return SessionTokenKeeper(
            console.request,
            life,
            remember=remembered.append,
            clock=lambda: time.wall,
            monotonic=lambda: time.monotonic,
        )

    return keeper


async def token(keeper: SessionTokenKeeper) -> str:
    return (await keeper.token()).get_secret_value()


def unavailable() -> CredentialProblem:
    return CredentialProblem(ProblemReason.SESSION_TOKEN_UNAVAILABLE, "The console is busy.")


async def test_one_token_serves_until_two_thirds_of_its_life(
    make: Make, time: Time, console: Console, remembered: list[str]
) -> None:
    keeper = make()
    assert keeper.age() is None
    assert await token(keeper) == "token-1"
    assert console.asked == [time.wall + 1800]
    time.pass_by(1199)
    assert await token(keeper) == "token-1"
    assert keeper.age() == 1199
    time.pass_by(1)
    assert await token(keeper) == "token-2"
    assert keeper.age() == 0
    assert remembered == ["token-1", "token-2"]


async def test_no_token_is_asked_for_beyond_the_platforms_hour(make: Make, time: Time, console: Console) -> None:
    await token(make(86_400.0))
    assert console.asked[0] - time.wall == LONGEST_LIFE < 3600


async def test_an_outage_is_sat_out_with_the_old_token(
    make: Make, time: Time, console: Console, caplog: pytest.LogCaptureFixture
) -> None:
    keeper = make()
    await token(keeper)
    console.problem = unavailable()
    time.pass_by(1300)
    assert await token(keeper) == "token-1"
    assert "is used on: The console is busy." in caplog.text
    assert "token-1" not in caplog.text
    time.pass_by(450)  # a minute before its end it is no longer handed out
    with pytest.raises(CredentialProblem, match="busy"):
        await token(keeper)
    console.problem = None
    assert await token(keeper) == "token-4"


async def test_a_first_failure_is_raised_and_a_later_call_tries_again(make: Make, console: Console) -> None:
    keeper = make()
    console.problem = unavailable()
    with pytest.raises(CredentialProblem):
        await token(keeper)
    console.problem = None
    assert await token(keeper) == "token-2"


async def test_all_who_ask_share_one_request(make: Make, console: Console) -> None:
    keeper = make()
    assert await asyncio.gather(*(token(keeper) for _ in range(5))) == ["token-1"] * 5
    assert len(console.asked) == 1


async def test_one_who_stops_waiting_takes_nothing_from_the_others(make: Make, console: Console) -> None:
    keeper = make()
    console.open.clear()
    impatient, patient = asyncio.create_task(keeper.token()), asyncio.create_task(keeper.token())
    await asyncio.sleep(0)
    impatient.cancel()
    await asyncio.sleep(0)
    console.open.set()
    assert (await patient).get_secret_value() == "token-1"
    assert len(console.asked) == 1


async def test_a_failure_nobody_waits_for_makes_no_noise(
    make: Make, console: Console, caplog: pytest.LogCaptureFixture
) -> None:
    keeper = make()
    console.open.clear()
    console.problem = unavailable()
    impatient = asyncio.create_task(keeper.token())
    await asyncio.sleep(0)
    impatient.cancel()
    await asyncio.wait([impatient])
    console.open.set()
    await asyncio.sleep(0)
    with pytest.raises(CredentialProblem):
        await keeper.token()
    assert caplog.text == ""


@pytest.mark.parametrize(("wall", "monotonic"), [(-3600, 1200), (7200, 0), (1300, 2)])
async def test_neither_a_set_clock_nor_a_sleep_keeps_an_old_token(
    make: Make, time: Time, wall: float, monotonic: float
) -> None:
    """Set back by an hour, set forward, asleep for some time: each way the token counts as old."""
    keeper = make()
    await token(keeper)
    time.wall += wall
    time.monotonic += monotonic
    assert await token(keeper) == "token-2"


@given(st.lists(st.floats(0, 4000), max_size=20), st.floats(300, 7200))
def test_a_token_in_hand_never_outlives_its_life(steps: list[float], life: float) -> None:
    async def run() -> None:
        time, console = Time(), Console()
        keeper = SessionTokenKeeper(
            console.request,
            life,
            remember=lambda _: None,
            clock=lambda: time.wall,
            monotonic=lambda: time.monotonic,
        )
        for step in steps:
            await keeper.token()
            assert time.wall < console.asked[-1] - 60
            assert console.asked[-1] <= time.wall + 3600
            time.pass_by(step)

    asyncio.run(run())


async def test_closing_ends_a_request_under_way(make: Make, console: Console) -> None:
    keeper = make()
    console.open.clear()
    waiting = asyncio.create_task(keeper.token())
    await asyncio.sleep(0)
    await keeper.aclose()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert asyncio.all_tasks() == {asyncio.current_task()}
