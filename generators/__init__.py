"""Load and scenario generators."""
