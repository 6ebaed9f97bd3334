"""What an operator sets: environment variables named TILIK_…, a `.env` in the working folder, or secrets as files.

A secret's file carries its variable's name, such as `tilik_central_password`, in /run/secrets or the folder that
TILIK_SECRETS names.
"""

import os
import re
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import quote, urlsplit

from pydantic import Field, SecretStr, StringConstraints, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

CHECKOUT = Path(__file__).parent.parent
# no port: whoever is served under a name is served at https://name
WebName = Annotated[str, StringConstraints(to_lower=True, pattern=r"^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$")]
_PORT = r"(:[1-9]\d{0,3}|:[1-5]\d{4})?"
_HERE = r"(localhost|127\.\d+\.\d+\.\d+|\[::1\])"
_MAIL_ADDRESS = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*"
MailUrl = Annotated[
    str, StringConstraints(pattern=rf"^smtps?://([^\s@/:]+@)?([A-Za-z0-9.-]+|\[[0-9a-f:]+\]){_PORT}/?$")
]
MailAddress = Annotated[str, StringConstraints(pattern=f"^{_MAIL_ADDRESS}$")]
TellUrl = Annotated[str, StringConstraints(pattern=rf"^(https://[A-Za-z0-9.-]+|https?://{_HERE}){_PORT}(/[!-~]*)?$")]
Clamd = Annotated[
    str, StringConstraints(pattern=r"^(tcp://([A-Za-z0-9.-]+|\[[0-9a-f:]+\]):[1-9]\d{0,4}|unix:/[!-~]{1,100})$")
]
QuietHours = Annotated[str, StringConstraints(pattern=r"^([01]?\d|2[0-3])-([01]?\d|2[0-3])$")]


def is_mail_address(text: str) -> bool:
    """Tell whether mail servers everywhere take a text for an address; no letters beyond ASCII, nothing quoted."""
    return re.fullmatch(_MAIL_ADDRESS, text) is not None


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
    store_url: str | None = Field(default=None, description="s3://bucket or s3://bucket/prefix; default: a folder")
    store_endpoint: str | None = Field(default=None, description="address of the S3 service; unset: AWS")
    store_region: str = Field(default="us-east-1", description="region of the bucket")
    store_key: SecretStr | None = Field(default=None, description="access key of the bucket")
    store_secret: SecretStr | None = Field(default=None, description="its secret")
    secret_key: SecretStr | None = Field(default=None, description="signs cookies; unset: drawn and kept in `data`")
    web_name: WebName | None = Field(default=None, description="name in browsers' address bars; production needs one")
    backup: Path | None = Field(default=None, description="folder for backups, on another disk than `data`")
    backup_keys: str | None = Field(default=None, description="public keys (`age1…`) that backups are encrypted to")
    backup_days: int = Field(default=30, ge=1, description="after how many days `tilik backup` deletes an older backup")
    oidc_issuer: str | None = Field(default=None, description="address of an OpenID Connect provider; unset: none")
    oidc_client_id: str | None = Field(default=None, description="what the provider calls Tilik")
    oidc_client_secret: SecretStr | None = Field(default=None, description="with what Tilik shows that it is Tilik")
    oidc_name: str = Field(default="Akun instansi", description="what is said on the button that leads there")
    smtp_url: MailUrl | None = Field(
        default=None, description="mail server: `smtps://user@host:465` or `smtp://host:587`"
    )
    smtp_password: SecretStr | None = Field(default=None, description="password of that user")
    mail_from: MailAddress | None = Field(
        default=None, description="address that mail comes from; without it none is sent"
    )
    tell_url: TellUrl | None = Field(default=None, description="https address of a gateway that sends to phones")
    tell_secret: SecretStr | None = Field(default=None, description="with what the gateway knows Tilik; needed with it")
    quiet_hours: QuietHours = Field(default="20-6", description="hours in Jakarta in which nobody is told; `0-0`: none")
    day_end_hour: int = Field(
        default=18, ge=0, le=24,
        description="hour of a district's own clock at which a team's lead is told that visits are missing; 24: never",
    )  # fmt: skip
    incident_days: int = Field(default=365, ge=90, description="days after which a closed incident is deleted")
    clamd: Clamd | None = Field(
        default=None, description="virus scanner: `tcp://host:3310` or `unix:/path`; unset: documents are not scanned"
    )
    document_mb: int = Field(default=20, ge=1, le=100, description="largest document of a district, in megabytes")
    documents_zip_mb: int = Field(default=100, ge=1, le=200, description="largest ZIP of documents, in megabytes")
    documents_mb: int = Field(default=2000, ge=1, description="all documents of a district in a round, in megabytes")
    tls_certificate: Path | None = Field(default=None, description="certificate file of the pages, watched for its end")
    language: Literal["id", "en"] = Field(default="id", description="language of the terminal, and first of the pages")

    @field_validator("oidc_issuer")
    @classmethod
    def _over_tls(cls, issuer: str | None) -> str | None:
        """Take a provider on this machine, or one asked over TLS; without it anybody between could vouch."""
        if issuer is None:
            return None
        found = urlsplit(issuer)
        if found.scheme != "https" and not (found.scheme == "http" and found.hostname in ("localhost", "127.0.0.1")):
            raise ValueError("a provider is asked over https://")
        return issuer.rstrip("/")

    @model_validator(mode="after")
    def _whole_provider(self) -> "Settings":
        """Refuse half a provider."""
        if self.oidc_issuer is not None and not self.oidc_client_id:
            raise ValueError("TILIK_OIDC_CLIENT_ID is missing")
        return self

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
