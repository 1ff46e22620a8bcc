import json

from flask.testing import FlaskClient
from memory_log import MemoryLog
from prometheus_client.parser import text_string_to_metric_families

HEAL = {"event_type": "heal", "user_id": "ada", "amount": 5.0}


def samples(client: FlaskClient) -> dict[tuple[str, ...], float]:
    families = text_string_to_metric_families(client.get("/metrics").text)
    return {(sample.name, *sample.labels.values()): sample.value for family in families for sample in family.samples}


def test_events_are_counted_by_type_and_by_what_became_of_them(client: FlaskClient, log: MemoryLog) -> None:
    client.post("/events", data=json.dumps([HEAL, HEAL, {"event_type": "fly"}]))
    client.get("/purchase_a_sword?user_id=ada")
    log.acknowledges = 0
    client.post("/events", data=json.dumps(HEAL))
    client.post("/events", data=json.dumps(HEAL))
    counted = samples(client)
    assert counted["eddyline_api_events_total", "heal", "acknowledged"] == 2
    assert counted["eddyline_api_events_total", "purchase_item", "acknowledged"] == 1
    assert counted["eddyline_api_events_total", "none", "rejected"] == 1
    assert counted["eddyline_api_events_total", "heal", "unconfirmed"] == 1
    assert counted["eddyline_api_events_total", "heal", "not_sent"] == 1
    assert counted["eddyline_api_rejected_events_total", "unknown_event_type"] == 1
    assert counted["eddyline_api_breaker_open",] == 1
    assert counted["eddyline_api_waiting_records",] == 0


def test_answers_are_timed_by_route_and_status_not_by_item(client: FlaskClient) -> None:
    for item in ("sword", "shield", "x" * 101):
        client.get(f"/purchase_a_{item}?user_id=ada")
    counted = samples(client)
    assert counted["eddyline_api_request_seconds_count", "/purchase_a_<item>", "200"] == 2
    assert counted["eddyline_api_request_seconds_count", "/purchase_a_<item>", "422"] == 1
    assert not any("sword" in label for key in counted for label in key)


def test_two_applications_count_for_themselves(client: FlaskClient, make_client: object) -> None:
    client.post("/events", data=json.dumps(HEAL))
    assert ("eddyline_api_events_total", "heal", "acknowledged") not in samples(make_client())  # type: ignore[operator]
