"""Keeps the ledger of the worst proof that a state folder has seen, beside its result."""

import json
import shutil
from pathlib import Path
from typing import Any

from eddyline.prove.result import Result

LEDGER, RESULT = "worst-ledger.jsonl", "worst.json"


def keep_if_worst(result: Result) -> Path | None:
    """Copy a result and its ledger where no proof before was worse; return where the worst ledger is, None when another stays."""
    folder = Path(result.ledger).parent
    found = result.as_json()
    if badness(found) < badness(_kept(folder / RESULT)):
        return None
    shutil.copyfile(result.ledger, folder / LEDGER)
    (folder / RESULT).write_text(json.dumps(found | {"ledger": str(folder / LEDGER)}, indent=1), encoding="utf-8")
    return folder / LEDGER


def badness(result: dict[str, Any]) -> tuple[int, int, float]:
    """Order results: by what was lost, doubled or misjudged, then by why they failed, then by the longest wait for a row."""
    waits = [fault["visible_after_s"] for fault in result.get("faults", []) if fault["visible_after_s"] is not None]
    return sum(result.get("wrongs", {}).values()), len(result.get("failed", [])), max(waits, default=0.0)


def _kept(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
