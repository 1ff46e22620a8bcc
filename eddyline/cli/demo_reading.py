"""The demo's second half, in this process: accounting and asking. Its libraries take seconds to import, so it is loaded while the stack starts."""

import json

import pyarrow as pa

from eddyline.cli.demo_steps import Run
from eddyline.lake.queries import run_query
from eddyline.lake.query_files import query_files
from eddyline.lake.verification.verdict import as_dict
from eddyline.lake.verification.verify import verify

VERIFY_WAIT_S = 60.0


def account(run: Run) -> None:
    """Account for every offset, and keep the verdict."""
    verification = verify(run.settings, wait_s=VERIFY_WAIT_S, expected=run.read_truth())
    run.verdict.write_text(json.dumps(as_dict(verification)), encoding="utf-8")


def ask(run: Run) -> dict[str, pa.Table]:
    """Ask every question of sql/queries."""
    return {file.name: run_query(file.sql, run.settings) for file in query_files()}
