"""Eddyline: real-time analytics in which every event is accounted for."""

__version__ = "0.1.0"
