"""The command line: ``python -m unspin check FILE``."""

import signal
import sys

from unspin._unspin import run


def main() -> None:
    # Python only notes Ctrl-C and looks at it between two of its own steps, of which there are none here.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.exit(run(["unspin", *sys.argv[1:]]))


if __name__ == "__main__":
    main()
