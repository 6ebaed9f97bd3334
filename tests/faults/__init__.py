"""Faults at the socket: between Tilik and Central, between Tilik and its database, and in this machine itself."""
