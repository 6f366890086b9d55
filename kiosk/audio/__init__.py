"""Which microphone and speaker to use, and whether the microphone really hears. Only `devices` knows Qt."""
