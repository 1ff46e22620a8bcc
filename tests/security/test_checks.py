"""The checks of `make security` can fail, and say NOT RUN where they learned nothing."""

import json

import checks
import pytest
from checks import CHECKS, Found, NotRun, main, read_audit


def report(**part: object) -> str:
    return json.dumps({"dependencies": [{"name": "a", "version": "1", "vulns": []} | part]})


def passing() -> str:
    return "fine"


def finding() -> str:
    raise Found("a mistake")


def unable() -> str:
    raise NotRun("no network")


@pytest.mark.parametrize(
    ("check", "require_all", "code", "said"),
    [
        (passing, True, 0, "passed   it (0 s): fine\n"),
        (finding, False, 1, "FAILED   it (0 s): a mistake\n"),
        (unable, False, 0, "NOT RUN  it (0 s): no network\n"),
        (unable, True, 1, "NOT RUN  it (0 s): no network\n"),
    ],
)
def test_what_was_not_run_has_not_passed(capsys: pytest.CaptureFixture[str], check: object, require_all: bool, code: int, said: str) -> None:
    assert main({"it": check}, require_all=require_all) == code  # type: ignore[dict-item]
    assert capsys.readouterr().out == said


@pytest.mark.parametrize(
    ("stdout", "stderr", "code", "vulnerable", "trouble"),
    [
        (report(), "", 0, [], ""),
        (report(vulns=[{"id": "PYSEC-1"}]), "", 1, ["a 1: PYSEC-1"], ""),
        ("", "ERROR: could not connect", 1, [], "ERROR: could not connect"),
        ("", "No known vulnerabilities found", 0, [], "No known vulnerabilities found"),
        (json.dumps({"dependencies": []}), "", 0, [], "it said nothing"),
        (json.dumps({"dependencies": [{"name": "a", "skip_reason": "not found"}]}), "", 0, [], "not looked at: a"),
    ],
)
def test_an_audit_that_looked_at_nothing_says_so(stdout: str, stderr: str, code: int, vulnerable: list[str], trouble: str) -> None:
    assert read_audit(stdout, stderr, code) == (vulnerable, trouble)


def test_a_service_that_knows_nothing_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "audit", lambda *_: ([], ""))
    with pytest.raises(NotRun, match=r"jinja2==2\.4\.1"):
        checks.vulnerabilities()


def test_a_known_vulnerability_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "audit", lambda *_: (["a 1: PYSEC-1"], ""))
    with pytest.raises(Found, match="PYSEC-1"):
        checks.vulnerabilities()


@pytest.mark.parametrize("name", [name for name in CHECKS if name != "known vulnerabilities"])
def test_without_its_tool_no_check_passes(monkeypatch: pytest.MonkeyPatch, tmp_path: object, name: str) -> None:
    monkeypatch.setattr(checks, "TOOLS", tmp_path)
    with pytest.raises(NotRun, match="is not installed"):
        CHECKS[name]()
