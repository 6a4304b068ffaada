"""The Human Services Data Specification: versions 1.x, and what version 3.0 calls the same things."""
