"""The phones of verifiers: an account at Central for each member of a team, what it holds, its sheet, its loss."""
