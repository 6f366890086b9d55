"""The commands of `avatar-kiosk`, by what they are about; `kiosk.cli` puts them together.

Every command imports what it needs when it is called: `status` must not wait for Qt, nor `init` for LiveKit.
"""
