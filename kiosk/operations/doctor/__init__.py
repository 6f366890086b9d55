"""`avatar-kiosk doctor`: what this machine lacks to be a good kiosk, and what to do about it.

First the facts are gathered (`running`, `machine`, `screen`, `service`, `sound`, `network`, `engine`), each by a module
that only asks and never judges; then they are judged (`judge_*`) by pure functions. `examination` brings both together,
`view` shows the findings. A running kiosk is asked for what it knows, and a visitor is not disturbed.
"""
