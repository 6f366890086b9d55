"""Every benchmark in one run: `python -m tests.bench`."""

from tests.bench import cold_start, tap_to_live
from tests.bench.command import main

if __name__ == "__main__":
    raise SystemExit(main({**cold_start.BENCHMARK, **tap_to_live.BENCHMARK}))
