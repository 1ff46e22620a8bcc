"""The lake: catalog, tables, queries, quarantine, verification, maintenance."""
