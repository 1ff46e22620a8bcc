"""What commands print while they work: colours and bars on a terminal, plain lines elsewhere."""

import sys
import threading

from rich.console import Console
from rich.text import Text

STYLES = {"broker": "magenta", "landing": "cyan", "api": "green", "trino": "yellow", "eddyline": "bold"}

_lock = threading.Lock()


class Screen:
    """Shows lines with the name of the component they come from."""

    def __init__(self) -> None:
        self.console = Console(stderr=True, highlight=False, soft_wrap=True)

    @property
    def is_terminal(self) -> bool:
        """Tell whether somebody watches."""
        return self.console.is_terminal

    def say(self, line: str) -> None:
        """Show a line of our own."""
        self.show("eddyline", line)

    def show(self, component: str, line: str) -> None:
        """Show a line of a component."""
        with _lock:
            if self.is_terminal:
                self.console.print(Text.assemble((f"{component:>8} ", STYLES.get(component, "blue")), Text.from_ansi(line)))
            else:
                sys.stderr.write(f"{component:>8} | {line}\n")
                sys.stderr.flush()
