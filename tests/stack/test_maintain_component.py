"""The upkeep as a component of the local stack."""

from pathlib import Path

from eddyline.settings import load
from eddyline.stack.local_stack import Extra, local_stack


def test_the_upkeep_runs_only_when_asked_for_on_a_port_of_its_own_and_says_where_its_metrics_are(tmp_path: Path) -> None:
    settings = load(home=tmp_path, api={"port": 0}, kafka={"bootstrap_servers": "127.0.0.1:0"}, upkeep={"metrics_port": 0})
    assert "maintain" not in {server.name for server in local_stack(settings).servers}
    stack = local_stack(settings, [Extra.MAINTAIN])
    [upkeep] = [server for server in stack.servers if server.name == "maintain"]
    port = stack.settings.upkeep.metrics_port
    assert port not in {0, stack.settings.landing.metrics_port, stack.settings.api.port}
    assert stack.addresses()["upkeep metrics"] == f"http://127.0.0.1:{port}/metrics"
    assert upkeep.environ()["EDDYLINE_UPKEEP__METRICS_PORT"] == str(port)
    assert upkeep.command()[1:] == ["streaming_jobs/maintain_tables.py", "--keep-going"]
