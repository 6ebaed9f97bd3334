"""Sealed assignments: two named verifiers are sent to look at a shelter's papers. No place is named anywhere."""
