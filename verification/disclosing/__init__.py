"""How numbers of children, families and people who were asked leave: by one table of thresholds, and through here."""
