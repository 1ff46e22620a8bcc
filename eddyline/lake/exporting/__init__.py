"""Exports: one snapshot of a table as plain files, for readers without Iceberg."""
