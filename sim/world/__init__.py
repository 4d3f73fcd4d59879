"""State of the world: members, ties, groups, acquaintances; no rules."""
