"""How a quarantined record becomes an event after all: mapping files, what they do, and what is suggested. Pure."""
