"""The served API against its own OpenAPI document, by schemathesis; events that were answered 2xx are in Kafka, as tests/integration shows."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from fuzz_http import running_api
from tenacity import Retrying, stop_after_delay, wait_fixed

from eddyline.settings import KafkaSettings

pytestmark = pytest.mark.integration
# A schema cannot say that a time must be recent, or that a field may stand in the query or in the body but not in both.
UNSAYABLE = "positive_data_acceptance"


def test_every_answer_is_as_the_document_says(kafka_settings: KafkaSettings, tmp_path: Path) -> None:
    with running_api(kafka_settings) as server:
        for attempt in Retrying(stop=stop_after_delay(60), wait=wait_fixed(0.2), reraise=True):
            with attempt:  # until the players' states were read once, a 503 says so
                assert server.status("/api/v1/players?guild=nobodys") != 503
        command = [str(Path(sys.executable).with_name("schemathesis")), "run", f"http://127.0.0.1:{server.port}/openapi.json", "--no-color"]
        command += ["--checks", "all", "--exclude-checks", UNSAYABLE, "--max-examples", "10", "--seed", "1", "--suppress-health-check", "all"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout[-5_000:] + done.stderr[-2_000:]
    passed = re.search(r"(\d+) generated, (\d+) passed", done.stdout)
    assert passed, done.stdout[-1_000:]
    assert passed[1] == passed[2]
    assert int(passed[1]) > 1_000
