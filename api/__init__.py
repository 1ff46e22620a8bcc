"""The HTTP door: a Flask application and the lean event routes in front of it."""
