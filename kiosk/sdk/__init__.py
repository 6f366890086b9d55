"""The vendor's packages on this machine: fetched or taken from files, checked, switched to, and shown.

The way of an installation, each step a module: `npm` or `files` puts packages into a staging folder, where `contents`
sees whether all is there and `loading` whether the real engine loads it; then `store` switches to it. Whatever goes
wrong before that leaves what was there as it was. `install` holds the steps together, `record` writes down what they
found, and `overview` tells it.

Nothing in here runs code of a package, except the engine, in its sandbox.
"""
