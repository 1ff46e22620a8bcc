"""API keys: who may send and read, as which tenant and how much; only hashes of secrets are kept."""
