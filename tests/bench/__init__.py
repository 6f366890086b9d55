"""What the kiosk costs and how soon it answers, measured in one run beside what else would do the job.

    python -m tests.bench                     both benchmarks, one table, one JSON file
    python -m tests.bench cold_start          process start to lobby screen, memory and CPU at rest
    python -m tests.bench tap_to_live         tap to the agent's first sound and the published microphone
    python -m tests.bench.packages            size, set-up and start of every way to install it

A figure means something only as a ratio: kiosk and peer take turns on the same machine, within the same minutes, and
the medians are compared. Nothing here is asserted in a test; a slow machine is no defect.
"""
