-- Rendered from eddyline/contracts by `python -m eddyline.contracts.render`; do not edit.
CREATE SCHEMA IF NOT EXISTS lake.game;
