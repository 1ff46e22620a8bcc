"""The verdict says what is wrong in words a reader can act on."""

from dataclasses import replace

import numpy as np

from eddyline.lake.verification.accounting import Held, Offsets, Span, account
from eddyline.lake.verification.holdings import RepeatedId
from eddyline.lake.verification.verdict import as_dict, complaints, sentence
from eddyline.lake.verification.verify import Verification


def offsets(*values: int) -> Offsets:
    return np.array(values, dtype=np.int64)


def events(held: Held, end: int) -> Verification:
    return Verification((account(Span("events", 1, 0, end, end), held),))


def test_a_balanced_account_is_one_sentence_without_a_complaint() -> None:
    verification = events(Held(landed=offsets(0, 1), quarantined=offsets(2)), end=3)
    assert sentence(verification) == "Every one of 3 offsets is accounted for: nothing is lost, nothing is doubled."
    assert list(complaints(verification)) == []
    assert as_dict(verification)["balanced"] is True


def test_what_was_given_up_before_the_logs_start_is_said_though_nothing_is_out_of_place() -> None:
    held = Held(landed=offsets(0, 1, 4), given_up=offsets(2, 3, 3))
    verification = Verification((account(Span("events", 1, 4, 5, 5), held),))
    assert sentence(verification).endswith("Before them 2 left the topic unlanded and were given up by --accept-gap.")
    assert (as_dict(verification)["given_up"], verification.balanced) == (2, True)


def test_faults_are_counted_in_the_sentence_and_listed_as_ranges() -> None:
    verification = events(Held(landed=offsets(0, 1, 1)), end=6)
    assert sentence(verification) == "NOT balanced: 4 lost, 1 doubled or out of place."
    assert list(complaints(verification)) == ["events partition 1: 4 LOST: 2-5", "events partition 1: 1 twice in the table: 1"]
    assert as_dict(verification)["partitions"][0]["faults"] == {"LOST": [(2, 5)], "twice in the table": [(1, 1)]}


def test_only_the_first_twenty_ranges_are_listed_and_the_rest_counted() -> None:
    verification = events(Held(landed=offsets(*range(0, 60, 2))), end=60)
    [line] = complaints(verification)
    assert line.startswith("events partition 1: 30 LOST: 1, 3, 5, ")
    assert line.endswith("37, 39 and 10 more")


def test_ids_and_counts_that_disagree_are_faults_of_their_own() -> None:
    verification = replace(
        events(Held(landed=offsets(0, 1)), end=2), repeated_ids=(RepeatedId("public", "a", ((1, 0), (1, 1))),), disagreements=("the generator made more",)
    )
    assert not verification.balanced
    assert sentence(verification) == "NOT balanced: 1 event ids with several rows, 1 counts other than the generator's."
    assert list(complaints(verification)) == ["1 event ids with rows from several records: a of public at 1:0, 1:1", "the generator made more"]
