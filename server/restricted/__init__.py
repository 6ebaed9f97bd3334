"""Restricted pages, filled in from papers: what a shelter has, and what protection services counted in a year."""
