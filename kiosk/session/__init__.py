"""What the kiosk does for one visitor: states, the step function, recovery, and the page's messages.

Pure: nothing here imports Qt or performs I/O; `controller` turns effects into calls through protocols.
"""
