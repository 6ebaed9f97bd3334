"""What an operator sets: environment variables named TILIK_…, a `.env` in the working folder, or secrets as files.

A secret's file carries its variable's name, such as `tilik_central_password`, in /run/secrets or the folder that
TILIK_SECRETS names.
"""

import os
from pathlib import Path
from typing import Literal
from urllib.parse import quote, urlsplit

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

CHECKOUT = Path(__file__).parent.parent


class Settings(BaseSettings):
    """All settings, with their defaults for one machine and no services."""

    model_config = SettingsConfigDict(env_prefix="TILIK_", env_file=".env", extra="ignore")

    data: Path = Field(default=CHECKOUT / "var", description="folder for the SQLite file and photographs")
    database_url: SecretStr | None = Field(default=None, description="SQLAlchemy URL; default: SQLite in `data`")
    database_password: SecretStr | None = Field(default=None, description="password, where the URL names none")
    central_url: str | None = Field(default=None, description="address of ODK Central, without /v1")
    central_user: str | None = Field(default=None, description="e-mail of the account Tilik uses at Central")
    central_password: SecretStr | None = Field(default=None, description="password of that account")
    central_project: int | None = Field(default=None, description="number of the project at Central")
    central_parallel: int = Field(default=2, ge=1, description="how many jobs may talk to Central at once")
    central_seconds: float = Field(default=60, gt=0, description="how long Central may be silent within an answer")
    redis_url: SecretStr | None = Field(default=None, description="for Celery; unset: `tilik work` does the work")
    redis_password: SecretStr | None = Field(default=None, description="password, where the URL names none")
    web_name: str | None = Field(default=None, description="name in browsers' address bars, besides localhost")
    language: Literal["id", "en"] = Field(default="id", description="language of the terminal, and first of the pages")

    @property
    def database(self) -> str:
        """The database's URL."""
        if self.database_url:
            return _complete(self.database_url, self.database_password)
        return f"sqlite:///{self.data / 'tilik.sqlite3'}"

    @property
    def redis(self) -> str | None:
        """The URL of Redis, where one is named."""
        return _complete(self.redis_url, self.redis_password) if self.redis_url else None

    @property
    def project(self) -> int:
        """The project at Central; 0, which none is, where none is named."""
        return self.central_project or 0

    @property
    def store(self) -> Path:
        """The folder of photographs and imported workbooks, by content hash."""
        return self.data / "store"


def _complete(url: SecretStr, password: SecretStr | None) -> str:
    """Put the password into a URL that names a server and no password."""
    found = urlsplit(url.get_secret_value())
    if not password or not found.netloc or found.password:
        return url.get_secret_value()
    user, _, host = found.netloc.rpartition("@")
    return found._replace(netloc=f"{user}:{quote(password.get_secret_value(), safe='')}@{host}").geturl()


def load_settings() -> Settings:
    """Load the settings; a secret may also be a file named after its variable, in the folder of secrets."""
    folder = Path(os.environ.get("TILIK_SECRETS", "/run/secrets"))
    return Settings(_secrets_dir=folder if folder.is_dir() else None)  # type: ignore[call-arg] # pydantic-settings' own
