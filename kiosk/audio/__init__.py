"""Which microphone and speaker to use, whether the microphone really hears, whether there is a sound server, and trying
all that out from the admin panel (`studio`). Qt is known to `devices`, and to what runs in the sound process only:
`studio_process`, `qt_machine`, `capture`, `playback`."""
