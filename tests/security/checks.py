"""The checks of `make security`: bandit, rules of our own, known vulnerabilities, and a list of what the project is made of.

Each says what it found, or that it did NOT RUN and why: a check that reached nothing has not passed. With REQUIRE_ALL=1 that fails too.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from eddyline.settings import PROJECT_ROOT
from eddyline.stack.jar_lock import read_lock
from eddyline.stack.postgres_install import PLATFORMS

TOOLS = PROJECT_ROOT / ".venv-security"
LOCKS = ("runtime", "dev", "bootstrap", "trino", "seaweedfs", "security")
JARS = ("kafka", "spark", "s3", "hdfs", *(f"postgres-{platform}" for platform in PLATFORMS.values()))
SOURCES = ("api", "eddyline", "generators", "streaming_jobs", "bench", "bootstrap.py")
BILL = PROJECT_ROOT / ".eddyline" / "sbom.cdx.json"
# Known to have vulnerabilities since 2014: a service that finds none in it has not answered.
CANARY = "jinja2==2.4.1"
# What ruff's own settings leave out for the reasons that stand in pyproject.toml: asserts, child processes; and the generators' seeded chance.
LEFT_OUT = {"B101", "B404", "B603", "B607", "B311"}
# quoteattr writes XML; nothing here reads XML of others.
LEFT_OUT |= {"B406"}
AUDIT_S = 240


class NotRun(Exception):
    """The check could not be made; the message says why."""


class Found(Exception):
    """The check found something; the message says what."""


def run(*command: str | Path, timeout_s: float = 300, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a tool and return what it says."""
    try:
        return subprocess.run(
            list(map(str, command)), cwd=PROJECT_ROOT, env={**os.environ, **environ}, capture_output=True, text=True, timeout=timeout_s, check=False
        )
    except subprocess.TimeoutExpired:
        raise NotRun(f"{Path(command[0]).name} did not end within {timeout_s:.0f} s") from None


def last_line(text: str) -> str:
    """Shorten what a tool says to its last line."""
    return (text.strip().splitlines() or ["it said nothing"])[-1][:300]


def install_tools() -> None:
    """Install the tools into an environment of their own."""
    uv = Path(sys.executable).with_name("uv")
    made = run(uv, "venv", "--quiet", "--allow-existing", "--python", sys.executable, TOOLS)
    lock = PROJECT_ROOT / "requirements" / "security.txt"
    done = made if made.returncode else run(uv, "pip", "sync", "--quiet", "--require-hashes", "--python", TOOLS / "bin" / "python", lock, timeout_s=600)
    if done.returncode:
        raise NotRun(f"the tools cannot be installed: {last_line(done.stderr)}")


def tool(name: str) -> Path:
    """Find a tool, or say that it is not there."""
    path = TOOLS / "bin" / name
    if not path.exists():
        raise NotRun(f"{name} is not installed")
    return path


def bandit() -> str:
    """Look for known mistakes; a line that ruff was told to pass over, with a reason, is passed over here too."""
    done = run(tool("bandit"), "--quiet", "--format", "json", "--recursive", *SOURCES)
    try:
        report = json.loads(done.stdout)
    except ValueError:
        raise NotRun(last_line(done.stderr)) from None
    if report["errors"]:
        raise Found(f"not read: {report['errors'][:3]}")
    found = [each for each in report["results"] if each["test_id"] not in LEFT_OUT and not is_excused(each)]
    if found:
        raise Found("; ".join(f"{each['filename']}:{each['line_number']} {each['test_id']} {each['issue_text']}" for each in found))
    return f"{report['metrics']['_totals']['loc']:,} lines, nothing found"


def is_excused(finding: dict[str, object]) -> bool:
    """Say whether a line carries ruff's exemption from the same rule."""
    lines = (PROJECT_ROOT / str(finding["filename"])).read_text("utf-8").splitlines()
    text = " ".join(lines[number - 1] for number in finding["line_range"])  # type: ignore[attr-defined]
    return f"S{str(finding['test_id'])[1:]}" in "".join(re.findall(r"# noqa: [^#]*", text))


def semgrep() -> str:
    """Apply our own rules, after they have shown on examples that each finds what it is for."""
    with tempfile.TemporaryDirectory(prefix="eddyline-rules-") as folder:
        examples = Path(shutil.copy(PROJECT_ROOT / ".semgrep" / "examples.txt", Path(folder) / "examples.py"))
        found = matches(examples, *SOURCES)
    lines = (PROJECT_ROOT / ".semgrep" / "examples.txt").read_text("utf-8").splitlines()
    expected = {(line.split("ruleid: ")[1], number + 2) for number, line in enumerate(lines) if "# ruleid: " in line}
    shown = {(rule, line) for rule, path, line in found if path.endswith("examples.py")}
    if shown != expected:
        raise Found(f"the rules do not find their examples as they must: {sorted(shown ^ expected)}")
    wrong = [f"{path}:{line} {rule}" for rule, path, line in found if not path.endswith("examples.py")]
    if wrong:
        raise Found("; ".join(wrong))
    return f"{len({rule for rule, _ in expected})} rules, each found its examples, nothing else"


def matches(*targets: str | Path) -> list[tuple[str, str, int]]:
    """List rule, file and line of what the rules find."""
    quiet = ("--metrics=off", "--disable-version-check", "--quiet", "--json")
    done = run(tool("semgrep"), "scan", *quiet, "--config", ".semgrep/eddyline.yml", *targets, PATH=f"{TOOLS / 'bin'}{os.pathsep}{os.environ['PATH']}")
    try:
        report = json.loads(done.stdout)
    except ValueError:
        raise NotRun(last_line(done.stderr)) from None
    if report["errors"]:
        raise Found(f"not read: {[str(error.get('message'))[:200] for error in report['errors'][:3]]}")
    if not report["paths"]["scanned"]:
        raise NotRun("no file was read")
    return [(each["check_id"].rpartition(".")[2], each["path"], each["start"]["line"]) for each in report["results"]]


def vulnerabilities() -> str:
    """Ask what is known of every version in the locks, after the service has shown that it knows something."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as canary:
        canary.write(CANARY)
        canary.flush()
        known, trouble = audit(canary.name, "--no-deps")
    if not known:
        raise NotRun(f"the advisory service did not recognise {CANARY}, which is known to be vulnerable: {trouble}")
    counted, bad = 0, []
    for lock in LOCKS:
        vulnerable, trouble = audit(f"requirements/{lock}.txt", "--require-hashes", "--strict")
        if trouble:
            raise NotRun(f"requirements/{lock}.txt: {trouble}")
        counted, bad = counted + 1, bad + [f"{lock}: {each}" for each in vulnerable]
    if bad:
        raise Found("; ".join(bad))
    return f"{counted} locks, no known vulnerability"


def audit(requirements: str, *options: str) -> tuple[list[str], str]:
    """Return the vulnerable versions in a file, or why nothing is known of them."""
    command = (tool("pip-audit"), "--format", "json", "--progress-spinner", "off", "--disable-pip", "--timeout", "20")
    done = run(*command, "--requirement", requirements, *options, timeout_s=AUDIT_S)
    return read_audit(done.stdout, done.stderr, done.returncode)


def read_audit(stdout: str, stderr: str, code: int) -> tuple[list[str], str]:
    """Read pip-audit's report; only a report in which nothing was skipped is one."""
    try:
        parts = json.loads(stdout)["dependencies"]
    except (ValueError, KeyError):
        return [], last_line(stderr)
    skipped = [part["name"] for part in parts if "skip_reason" in part]
    bad = [f"{part['name']} {part['version']}: {', '.join(each['id'] for each in part['vulns'])}" for part in parts if part.get("vulns")]
    if skipped or not parts or (code and not bad):
        return bad, f"not looked at: {', '.join(skipped)}" if skipped else last_line(stderr)
    return bad, ""


def bill_of_materials() -> str:
    """Write what the product is made of, packages and jars with their hashes, as CycloneDX."""
    done = run(tool("cyclonedx-py"), "requirements", "requirements/runtime.txt", "--output-format", "JSON", "--spec-version", "1.6")
    try:
        bill = json.loads(done.stdout)
    except ValueError:
        raise NotRun(last_line(done.stderr)) from None
    pinned = len(re.findall(r"^[A-Za-z0-9][\w.-]*(?:\[[^\]]*\])?==", (PROJECT_ROOT / "requirements" / "runtime.txt").read_text("utf-8"), re.MULTILINE))
    if len(bill["components"]) != pinned:
        raise Found(f"{pinned} packages are pinned, {len(bill['components'])} are listed")
    jars = list({jar.sha256: jar_component(jar) for jar in read_lock(JARS)}.values())
    bill["components"] += jars
    BILL.parent.mkdir(parents=True, exist_ok=True)
    BILL.write_text(json.dumps(bill, indent=1), "utf-8")
    return f"{pinned} packages and {len(jars)} jars in {BILL.relative_to(PROJECT_ROOT)}"


def jar_component(jar: object) -> dict[str, object]:
    """Describe a jar of the lock."""
    artifact = jar.artifact  # type: ignore[attr-defined]
    url = f"pkg:maven/{artifact.group}/{artifact.name}@{artifact.revision}"
    hashes = [{"alg": "SHA-256", "content": jar.sha256}]  # type: ignore[attr-defined]
    return {"type": "library", "bom-ref": url, "name": artifact.name, "version": artifact.revision, "purl": url, "hashes": hashes}


CHECKS: dict[str, Callable[[], str]] = {
    "bandit": bandit,
    "rules of our own": semgrep,
    "known vulnerabilities": vulnerabilities,
    "bill of materials": bill_of_materials,
}


def main(checks: dict[str, Callable[[], str]], *, require_all: bool) -> int:
    """Make every check, say of each what came of it, and return the exit code."""
    failed = False
    for name, check in checks.items():
        began = time.monotonic()
        try:
            state, words = "passed ", check()
        except NotRun as reason:
            state, words, failed = "NOT RUN", str(reason), failed or require_all
        except Found as what:
            state, words, failed = "FAILED ", str(what), True
        print(f"{state}  {name} ({time.monotonic() - began:.0f} s): {words}", flush=True)
    return int(failed)


if __name__ == "__main__":
    try:
        install_tools()
    except NotRun as reason:
        print(f"NOT RUN  the tools: {reason}")
    sys.exit(main(CHECKS, require_all=os.environ.get("REQUIRE_ALL") == "1"))
