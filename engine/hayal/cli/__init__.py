"""The command `hayal`."""

from __future__ import annotations

import gc
import sys


def main() -> None:
    """Entry point: problems the operator can mend are one sentence and an exit code, never a traceback."""
    gc.disable()  # nothing that is imported can be collected: looking is a tenth of the start-up
    from hayal.cli.app import build
    from hayal.errors import ConfigError, HayalError

    try:
        build()()
    except ConfigError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    except HayalError as error:
        print(error, file=sys.stderr)
        sys.exit(1)
