"""The fault matrix: everything that breaks in a lobby, broken for real under the running kiosk.

`python -m tests.faults` runs it and writes a table; pytest runs the part of it that is quick.
"""
