"""What children answer about places, anonymous by construction: a line of its own, which keeps no trace of it."""
