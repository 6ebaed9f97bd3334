"""The made-up district of the server's tests, here too."""

from tests.server.conftest import district

__all__ = ["district"]
