"""From a text to ranked, explained candidates."""
