"""The `eddyline` command, one module a command group."""

import sys


def main() -> None:
    """Run the `eddyline` command."""
    try:
        # Imported here, so that Ctrl-C during the imports is one line, too.
        from eddyline.cli.app import run  # noqa: PLC0415

        sys.exit(run(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.stderr.write("eddyline: stopped\n")
        sys.exit(130)
