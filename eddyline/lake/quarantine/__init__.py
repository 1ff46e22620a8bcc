"""The quarantine's repair: what is open, why, and back to the topic once its cause is gone."""
