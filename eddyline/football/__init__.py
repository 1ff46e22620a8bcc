"""American football: what a play means, how likely each team is to win, and what to do on fourth down."""
