"""What things cost and what players do: the game's own rules, without I/O."""
