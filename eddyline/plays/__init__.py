"""Plays of football games in files: feeds, tables of plays, trained models, charts and exports."""
