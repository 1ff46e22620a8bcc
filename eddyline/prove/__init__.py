"""The proof by faults: a stack of its own, traffic, faults drawn from a seed, and an account of every event sent."""
