"""Adapters: what feeds say, as events of ours."""
