"""Pages of government: queues, decisions, objections, facts, changes, entries."""
