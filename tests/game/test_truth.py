from eddyline.game.truth import Truth, truth_from_json


def test_a_truth_survives_its_file() -> None:
    truth = Truth(seed=4, via="http", start="2026-11-09T06:30:00+00:00", sent=3, acknowledged=2, refused=1, valid=2, bad=1, by_type={"log_in": 2})
    assert truth_from_json(truth.to_json()) == truth


def test_a_fully_answered_run_expects_exact_numbers() -> None:
    truth = Truth(seed=1, via="http", start="", sent=13, acknowledged=12, refused=1, valid=10, bad=1, resent=2)
    assert truth.complete
    assert (list(truth.landed), list(truth.quarantined), list(truth.resends)) == ([10], [1], [2])


def test_what_was_not_answered_may_have_landed_or_not() -> None:
    truth = Truth(seed=1, via="http", start="", sent=10, acknowledged=8, unanswered=2, unanswered_valid=1, valid=10, retried=3)
    assert not truth.complete
    assert list(truth.landed) == [9, 10]
