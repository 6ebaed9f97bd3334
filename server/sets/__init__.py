"""Indicator sets: those that come with Tilik, and those that the secretariat loads from a checked workbook."""
