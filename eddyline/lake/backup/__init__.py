"""Backup and restore of the catalog: which tables there are, and which metadata file is the newest of each."""
