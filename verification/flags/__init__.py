"""Signs that a visit may not have been made as its form says: evidence for a person, never a verdict."""
