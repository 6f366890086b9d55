"""Where the frozen program starts: one of the kiosk's helpers, or the `avatar-kiosk` command."""

import sys

from kiosk.installation import run_part

if not run_part(sys.argv[1:]):
    from kiosk.cli import main  # only now: a helper must not wait for what it does not use

    main()
