"""Runs the report notebook and makes one HTML page of it that needs no network."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from string import Template
from typing import Any

from nbconvert import HTMLExporter
from traitlets.config import Config

from eddyline import errors
from eddyline.errors import LakeError
from eddyline.report.evidence import read_truth, read_verdict
from eddyline.settings import PROJECT_ROOT, Settings

NOTEBOOK = PROJECT_ROOT / "notebooks" / "report.ipynb"
PAGE = PROJECT_ROOT / "notebooks" / "assets" / "page.html"
TITLE = "How our players play"


def render_report(settings: Settings, output: Path | None = None, truth: Path | None = None, verdict: Path | None = None) -> Path:
    """Run the notebook on the lake as it is now and write the page, by default into the state folder.

    `truth` is a generator's file, `verdict` what `eddyline verify --json` printed. Raises LakeError when one of them cannot be read or the notebook fails.
    """
    parameters = {"home": str(settings.home), "truth_file": _absolute(truth), "verify_file": _absolute(verdict)}
    read_truth(parameters["truth_file"])
    read_verdict(parameters["verify_file"])
    folder = settings.home / "report"
    folder.mkdir(parents=True, exist_ok=True)
    executed = folder / "report.ipynb"
    _execute(executed, parameters)
    page = output or folder / "report.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(_page(executed), encoding="utf-8")
    return page


def _absolute(path: Path | None) -> str:
    return str(path.resolve()) if path else ""


def _execute(executed: Path, parameters: dict[str, Any]) -> None:
    # Takes a second to import, and only a report needs it.
    import papermill  # noqa: PLC0415

    with _kernel_environment():
        try:
            papermill.execute_notebook(
                str(NOTEBOOK), str(executed), parameters, kernel_name="python3", progress_bar=False, log_output=False, config=_transport()
            )
        except papermill.PapermillExecutionError as error:
            raise LakeError(_said(error.ename, error.evalue, executed)) from error


def _said(name: str, message: str, executed: Path) -> str:
    """Repeat an error of ours as it stands; another one is a fault of the notebook."""
    return message if hasattr(errors, name) else f"the report's notebook failed: {name}: {message}; see {executed}"


def _transport() -> Config:
    # Sockets of the file system are out of others' reach; elsewhere than on Linux temporary folders have names too long for one.
    return Config({"KernelManager": {"transport": "ipc"}}) if sys.platform == "linux" else Config()


@contextmanager
def _kernel_environment() -> Iterator[None]:
    """Let the kernel find this project from any folder, and prefer this environment's kernel to one of the user's."""
    path = os.pathsep.join(filter(None, (str(PROJECT_ROOT), os.environ.get("PYTHONPATH"))))
    with tempfile.TemporaryDirectory(prefix="eddyline-") as runtime:
        changed = {"PYTHONPATH": path, "JUPYTER_PREFER_ENV_PATH": "1", "JUPYTER_RUNTIME_DIR": runtime, "IPYTHONDIR": runtime}
        before = {name: os.environ.get(name) for name in changed}
        os.environ.update(changed)
        try:
            yield
        finally:
            for name, value in before.items():
                os.environ.pop(name) if value is None else os.environ.update({name: value})


def _page(executed: Path) -> str:
    # The basic template is the notebook's body alone: no script, style or font from elsewhere comes with it.
    exporter: Any = HTMLExporter(template_name="basic", exclude_input=True, exclude_output_prompt=True, exclude_anchor_links=True)  # type: ignore[no-untyped-call]
    body, _ = exporter.from_filename(str(executed))
    made_at = f"{datetime.now(UTC):%d %B %Y, %H:%M} UTC"
    return Template(PAGE.read_text(encoding="utf-8")).substitute(title=TITLE, made_at=made_at, body=body)
