"""A password in a file of its own: one secret for the database's server, or Redis, and for Tilik."""

from server.settings import Settings

URL, SECRET = "postgresql+psycopg://tilik@postgres:5432/tilik", "rahasia/@:"


def test_a_password_completes_a_url_that_names_none() -> None:
    settings = Settings.model_validate({"database_url": URL, "database_password": SECRET})
    assert settings.database == "postgresql+psycopg://tilik:rahasia%2F%40%3A@postgres:5432/tilik"
    assert SECRET not in repr(settings)


def test_a_url_with_a_password_keeps_its_own() -> None:
    url = URL.replace("tilik@", "tilik:own@")
    assert Settings.model_validate({"database_url": url, "database_password": SECRET}).database == url


def test_the_password_of_redis_likewise() -> None:
    settings = Settings.model_validate({"redis_url": "redis://redis:6379/0", "redis_password": SECRET})
    assert settings.redis == "redis://:rahasia%2F%40%3A@redis:6379/0"
    assert Settings.model_validate({"redis_password": SECRET}).redis is None
    assert SECRET not in repr(settings)
