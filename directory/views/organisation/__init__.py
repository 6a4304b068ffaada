"""Pages of an organisation's owner and editors: always of the organisation their account belongs to."""
