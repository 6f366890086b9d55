"""Which microphone and speaker to use, whether the microphone really hears, and whether there is a sound server. Only
`devices` knows Qt."""
