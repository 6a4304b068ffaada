"""How well and how fast the catalogue answers, measured beside its peers in the same run. No part of the app."""
