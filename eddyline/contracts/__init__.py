"""What an event, a topic and a table is: written once here, rendered into every schema language."""
