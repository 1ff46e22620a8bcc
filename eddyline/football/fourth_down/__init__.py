"""What to do on fourth down, and after a touchdown: every option with its parts, and how sure the advice is."""
