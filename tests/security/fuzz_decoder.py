"""Fuzzes the decoder: `python tests/security/fuzz_decoder.py --inputs 1000000 --seed 1` prints what it counted.

Whatever the bytes: no exception, the same verdict as an oracle written by other means, and an accepted event survives being written and read.
"""

import argparse
import time
from collections import Counter
from collections.abc import Callable
from random import Random

from fuzzed_events import NOW, any_value
from strict_oracle import is_event

from eddyline.contracts.decode import Accepted, Decoded, decode, encode


def fuzz(inputs: int, seed: int, decode: Callable[..., Decoded] = decode) -> Counter[str]:
    """Judge so many values; raise AssertionError with the value at the first wrong verdict."""
    random, counts = Random(seed), Counter[str]()
    for _ in range(inputs):
        value = any_value(random)
        decoded = decode(value, "made-here", NOW)
        assert isinstance(decoded, Accepted) == is_event(value, NOW), (value, decoded)
        if isinstance(decoded, Accepted):
            assert decode(encode(decoded.event), "never-used", NOW) == decoded, value
            counts["accepted"] += 1
        else:
            counts[str(decoded.reason)] += 1
    return counts


def main() -> None:
    """Fuzz as the command line says, and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    started = time.monotonic()
    counts = fuzz(options.inputs, options.seed)
    print(f"decoder: {options.inputs:,} inputs of seed {options.seed} in {time.monotonic() - started:.0f} s: no exception, no verdict unlike the oracle's")
    print("  " + ", ".join(f"{reason} {count:,}" for reason, count in counts.most_common()))


if __name__ == "__main__":
    main()
