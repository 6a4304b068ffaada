"""The recommended catalogue of social organisations, as a Flask app."""
