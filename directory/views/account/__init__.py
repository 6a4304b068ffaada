"""Pages of accounts: the door, my account, people, claims, notices."""
