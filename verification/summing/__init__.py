"""What several interviews, or several programmes of a district, say together."""
