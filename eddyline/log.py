"""Structured logs: a constant sentence and fields, in colour on a terminal and as logfmt elsewhere."""

import logging
import sys

import structlog


def configure(component: str) -> None:
    """Send every log line of this process to standard error, marked with the component's name."""
    on_terminal = structlog.dev.ConsoleRenderer(pad_event_to=0, colors=True)
    elsewhere = structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"])
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            on_terminal if sys.stderr.isatty() else elsewhere,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        # Standard error as it is when a line is written: a test, or a program around us, may have replaced it since.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )
    structlog.contextvars.bind_contextvars(component=component)
