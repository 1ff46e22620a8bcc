"""The proof that every event is accounted for."""
