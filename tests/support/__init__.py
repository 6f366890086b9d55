"""The test rig: real servers, devices, screens and processes, each started for the test that asks and ended by its pid.

Nothing here knows the kiosk's inside except `kiosk_process`, which speaks to it as an operator would.
"""
