"""Set up what Eddyline needs beside Python and Java: `.venv` with the packages of a hashed lock.

Run by the system's Python, before anything is installed: `python3 bootstrap.py [runtime|dev]`. Runs again in an
instant when nothing changed, and mends an environment that was interrupted or damaged.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "eddyline-stamp.json"
REQUIREMENTS = ROOT / "requirements"
OLDEST, NEWEST = (3, 11), (3, 14)
NETWORK_SIGNS = ("dns", "connect", "Connection", "timed out", "error sending request", "Failed to fetch", "Temporary failure", "No matching distribution")
FULL_DISK_SIGNS = ("No space left", "os error 28", "Errno 28")
WRONG_HASH_SIGNS = ("Hash mismatch", "DO NOT MATCH THE HASHES")


class SetupFailedError(Exception):
    """Setting up cannot go on; the message is one line that says what to do."""


def main() -> None:
    """Set up the environment named on the command line, `runtime` by default."""
    kind = sys.argv[1] if len(sys.argv) > 1 else "runtime"
    try:
        need_python()
        need_java()
        if kind not in installed_kinds():
            install(kind)
    except SetupFailedError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit("\nstopped; run the command again to go on")
    except OSError as error:
        sys.exit(f"could not set up {VENV}: {error.strerror}; free some space or permissions and run the command again")


def need_python() -> None:
    """Go on with a Python of the supported range, another one on PATH if it must be."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        other = shutil.which(f"python3.{minor}")
        if other and subprocess.run([other, "-c", ""], stderr=subprocess.DEVNULL, check=False).returncode == 0:
            os.execv(other, [other, *sys.argv])  # noqa: S606  the same program under another Python
    have = ".".join(map(str, sys.version_info[:2]))
    raise SetupFailedError(f"Eddyline needs Python 3.11 to 3.14, this is {have}. Install one (macOS: `brew install python@3.12`) or name it: make PYTHON=...")


def need_java() -> None:
    """Complain in one line when no fitting Java is here."""
    sys.path.insert(0, str(ROOT))
    from eddyline.errors import SetupError  # noqa: PLC0415  needs the Python that was checked before
    from eddyline.stack import java  # noqa: PLC0415

    try:
        java.find_java()
    except SetupError as error:
        raise SetupFailedError(str(error)) from error


def installed_kinds() -> list[str]:
    """Return which locks the environment fulfils: the stamp tells, if what it lists is still there."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    if not os.access(PYTHON, os.X_OK) or stamp["packages"] != packages():
        return []
    return [kind for kind, lock in stamp["locks"].items() if lock == hash_of(kind)]


def install(kind: str) -> None:
    """Make the environment, install the lock and the project, and stamp it."""
    was_interrupted = STAMP.is_file() and "unfinished" in STAMP.read_text(encoding="utf-8")
    make_venv()
    STAMP.write_text('{"unfinished": true, "locks": {}, "packages": []}', encoding="utf-8")
    install_uv()
    lock = REQUIREMENTS / f"{kind}.txt"
    uv: list[str | Path] = [PYTHON, "-m", "uv", "--no-progress", "pip"]
    again = ["--reinstall"] if was_interrupted else []
    run(f"installing packages ({lock.relative_to(ROOT)})", [*uv, "sync", "--python", PYTHON, "--require-hashes", *again, lock])
    run("installing eddyline", [*uv, "install", "--python", PYTHON, "--no-deps", "--no-build-isolation", "--offline", "--editable", ROOT])
    # dev.txt holds all of runtime.txt in the same versions.
    kinds = ["runtime", "dev"] if kind == "dev" else [kind]
    STAMP.write_text(json.dumps({"locks": {kind: hash_of(kind) for kind in kinds}, "packages": packages()}), encoding="utf-8")


def make_venv() -> None:
    """Make `.venv`, or make it anew when its Python does not start."""
    if PYTHON.exists() and subprocess.run([PYTHON, "-c", "import pip"], stderr=subprocess.DEVNULL, check=False).returncode == 0:
        return
    if importlib.util.find_spec("ensurepip") is None:
        raise SetupFailedError("this Python cannot make virtual environments; install the missing part: Debian `sudo apt install python3-venv`")
    run("making .venv", [sys.executable, "-m", "venv", "--clear", VENV])


def install_uv() -> None:
    """Install uv, which installs the rest, from its own hashed lock."""
    lock = REQUIREMENTS / "bootstrap.txt"
    run("installing uv", [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "--requirement", lock])


def packages() -> list[str]:
    """Return the names of what is installed; a listing of one folder, so instant."""
    return sorted(path.name for path in VENV.glob("lib/python*/site-packages/*.dist-info"))


def hash_of(kind: str) -> str:
    """Return what identifies a lock together with what else decides the environment."""
    parts = [(REQUIREMENTS / f"{name}.txt").read_bytes() for name in ("bootstrap", kind)]
    return hashlib.sha256(b"\0".join([*parts, (ROOT / "pyproject.toml").read_bytes(), str(ROOT).encode()])).hexdigest()


def run(what: str, command: list[str | Path]) -> None:
    """Run a step, say how long it takes, and turn its failure into one line."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
        process = subprocess.Popen([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
        try:
            show_until_done(what, process)
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
        output.seek(0)
        if process.returncode:
            raise SetupFailedError(f"{what} failed: {reason(output.read())}")


def show_until_done(what: str, process: subprocess.Popen[bytes]) -> None:
    """Show a running clock on a terminal, a line every ten seconds elsewhere."""
    start, terminal = time.monotonic(), sys.stderr.isatty()
    sys.stderr.write(what + " ..." + ("" if terminal else "\n"))
    while True:
        sys.stderr.flush()
        try:
            process.wait(1 if terminal else 10)
            break
        except subprocess.TimeoutExpired:
            seconds = time.monotonic() - start
            sys.stderr.write(f"\r{what} ... {seconds:.0f} s" if terminal else f"{what} ... {seconds:.0f} s so far\n")
    if terminal:
        sys.stderr.write(f"\r{what} ... {time.monotonic() - start:.0f} s\n")


def reason(output: str) -> str:
    """Say in one line why a step failed and what to do."""
    if any(sign in output for sign in FULL_DISK_SIGNS):
        return "the disk is full; free about 2 GB and run the command again"
    if any(sign in output for sign in WRONG_HASH_SIGNS):
        return "a package is not the one of the lock; run the command again, and if it stays so do not use this network's copy"
    if any(sign in output for sign in NETWORK_SIGNS):
        return "the package index could not be reached; check the network and run the command again (what came is kept)"
    return (output.strip().splitlines() or ["no reason given"])[-1]


if __name__ == "__main__":
    main()
