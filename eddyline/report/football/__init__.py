"""The football notebook: how reliable the chances are, how a game went, what coaches did on fourth down, where the model is weak."""
