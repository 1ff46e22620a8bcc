"""The ledger survives whatever ends its writer."""

import threading

import pytest

from eddyline.prove.ledger import Answer, Answered, Ledger, Sent, Via, attempts, read_ledger


def sent(number: int) -> Sent:
    return Sent(number, float(number), Via.HTTP, f"e{number}")


def test_what_was_kept_is_on_the_disk_before_the_ledger_is_closed(tmp_path):
    ledger = Ledger(tmp_path / "ledger.jsonl")
    ledger.note(Answered(0, 0.0, Answer.OPEN))
    ledger.keep(sent(1))
    assert list(read_ledger(ledger.path)) == [Answered(0, 0.0, Answer.OPEN), sent(1)]
    ledger.note(sent(2))
    assert len(list(read_ledger(ledger.path))) == 2
    ledger.close()
    assert len(list(read_ledger(ledger.path))) == 3


def test_what_several_threads_keep_is_all_there_each_line_whole(tmp_path):
    with Ledger(tmp_path / "ledger.jsonl") as ledger:
        threads = [threading.Thread(target=lambda start=start: [ledger.keep(sent(start + each)) for each in range(50)]) for start in range(0, 400, 50)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(entry.number for entry in read_ledger(ledger.path)) == list(range(400))


@pytest.mark.parametrize("cut", [1, 5, 30])
def test_a_line_that_was_cut_off_never_happened(tmp_path, cut):
    with Ledger(tmp_path / "ledger.jsonl") as ledger:
        ledger.keep(sent(1), sent(2))
    content = ledger.path.read_bytes()
    ledger.path.write_bytes(content[:-cut])
    assert list(read_ledger(ledger.path)) == [sent(1)]


def test_an_attempt_without_an_answer_is_open(tmp_path):
    found = attempts([sent(1), sent(2), Answered(2, 3.0, Answer.REFUSED)])
    assert [(each.sent.number, each.answer) for each in found] == [(1, Answer.OPEN), (2, Answer.REFUSED)]
