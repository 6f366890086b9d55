"""What a soak concludes from its samples."""

import pytest

from tests.bench.soak_figures import Course, Sample, least_squares, reached, table


def sample(session: int, *, own: float = 100e6, threads: int = 60, rooms: int = 0) -> Sample:
    memory = {"browser": int(own), "renderer": 10_000_000}
    return Sample(session, session * 5.0, memory, int(own) * 2, 190, threads, 6, rooms)


def test_the_line_that_fits_best() -> None:
    assert least_squares([0, 1, 2, 3], [1, 3, 5, 7]) == pytest.approx(2)
    assert least_squares([0, 1, 2, 3], [0, 1, 0, 1]) == pytest.approx(0.2)


def test_only_the_second_half_counts() -> None:
    """The caches that fill at first are no leak."""
    samples = [sample(n, own=100e6 + min(n, 10) * 1e6) for n in range(21)]
    assert Course(samples).memory_slope == pytest.approx(0, abs=1)


def test_a_leak_is_told_with_the_process_it_is_in() -> None:
    course = Course([sample(n, own=100e6 + n * 50e3) for n in range(20)], durations=[5.0] * 19)
    assert course.memory_slope == pytest.approx(50, abs=0.1)
    assert course.role_slopes()["browser"] == pytest.approx(50, abs=0.1)
    assert course.role_slopes()["renderer"] == pytest.approx(0)
    assert not reached(course)
    assert "≤ 10 KB: MISSED" in table(course)


def test_a_role_that_came_later_counts_as_nothing_before() -> None:
    samples = [sample(n) for n in range(10)]
    samples[8].memory["gpu"] = 1_000_000
    assert "gpu" in Course(samples).role_slopes()


def test_nothing_left_behind_is_well() -> None:
    course = Course([sample(n) for n in range(10)], durations=[5.0] * 9)
    assert reached(course)
    assert "MISSED" not in table(course)


@pytest.mark.parametrize(
    "course",
    [
        Course([sample(n, threads=60 + n) for n in range(10)]),
        Course([sample(n) for n in range(9)] + [sample(9, rooms=1)]),
        Course([sample(n) for n in range(10)], failures=["session 3: waited 40 s for the avatar to move"]),
    ],
    ids=["threads", "rooms", "failures"],
)
def test_whatever_is_left_behind_is_missed(course: Course) -> None:
    assert not reached(course)
