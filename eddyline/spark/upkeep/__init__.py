"""Upkeep of the tables by Iceberg's own procedures: what holds on every storage that the landing job writes to."""
