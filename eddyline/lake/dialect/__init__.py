"""Trino's dialect in DuckDB's words: what means the same is said, all else is refused."""
