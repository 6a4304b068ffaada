"""Search and matching: knows neither Flask nor the database."""
