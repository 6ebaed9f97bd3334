"""The provider of accounts (OpenID Connect), by Authlib: authorization code with PKCE, state and nonce, each used once.

Authlib is installed where Tilik is served to others, and loaded only where a provider is set. Beyond what it checks, an
ID token is taken only if it is for us (`aud`), signed by an asymmetric algorithm of our list whatever the provider
allows, and if the provider calls itself what the setting calls it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Flask, current_app
from werkzeug.wrappers import Response

from server.settings import Settings
from verification.reason import WithReason

_ALGORITHMS = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"})
_SECONDS = 10  # the provider may be silent
_LEEWAY = 60  # seconds that two clocks may differ
_ANSWERS_NOT, _ANSWERS_NONSENSE = "oidc_down", "oidc_wrong"
_KNOWN, _HAD = frozenset({"pwd", "pin", "kba"}), frozenset({"otp", "hwk", "swk", "sc", "fpt", "face", "iris", "vbm"})
_STRONG = frozenset({"http://schemas.openid.net/pape/policies/2007/06/multi-factor", "https://refeds.org/profile/mfa"})


class ProviderFailed(WithReason):
    """The provider did not answer, or not what it promised."""


@dataclass(frozen=True)
class Vouched:
    """For whom the provider vouches. `strongly`: it says that it asked for a second factor (RFC 8176)."""

    subject: str  # issuer and subject: nobody else has both
    email: str | None  # only where the provider says that it has verified it
    strongly: bool


def know_provider(app: Flask, settings: Settings) -> None:
    """Have the pages know the provider, where one is set."""
    if settings.oidc_issuer is None:
        return
    from authlib.integrations.flask_client import OAuth

    app.extensions["tilik-oidc"] = Provider(OAuth(app).register(
        "oidc", client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret and settings.oidc_client_secret.get_secret_value(),
        server_metadata_url=f"{settings.oidc_issuer}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid email", "code_challenge_method": "S256", "default_timeout": _SECONDS},
    ), settings.oidc_issuer)  # fmt: skip


def provider() -> "Provider | None":
    """Give the provider, where one is set."""
    found: Provider | None = current_app.extensions.get("tilik-oidc")
    return found


class Provider:
    """The provider, as the pages ask it."""

    def __init__(self, client: Any, issuer: str) -> None:
        self._client, self._issuer = client, issuer

    def ask(self, back: str) -> Response:
        """Send the browser to the provider. Raises ProviderFailed."""
        with _told():
            self._discover()
            asked: Response = self._client.authorize_redirect(back)
            return asked

    def vouched(self) -> Vouched:
        """Read what the browser brought back. Raises ProviderFailed."""
        with _told():
            self._discover()
            wanted = {"iss": {"essential": True, "values": [self._issuer]},
                      "aud": {"essential": True, "values": [self._client.client_id]}}  # fmt: skip
            claims = self._client.authorize_access_token(claims_options=wanted, leeway=_LEEWAY)["userinfo"]
            return _read(self._issuer, claims)

    def leave(self, back: str) -> str | None:
        """Give the address at which one logs out of the provider too; None where it has none. Raises ProviderFailed."""
        with _told():
            end = self._discover().get("end_session_endpoint")
        known = {"client_id": self._client.client_id, "post_logout_redirect_uri": back}
        return f"{end}?{urlencode(known)}" if isinstance(end, str) and end.startswith(("https://", "http://")) else None

    def _discover(self) -> Mapping[str, Any]:
        """Ask once where everything is; whatever it allows, we take a signature that only it can make."""
        found: dict[str, Any] = self._client.load_server_metadata()
        if found.get("issuer") != self._issuer:
            found.pop("_loaded_at", None)
            raise ProviderFailed(_ANSWERS_NONSENSE)
        allowed = found.get("id_token_signing_alg_values_supported") or ["RS256"]
        found["id_token_signing_alg_values_supported"] = sorted(_ALGORITHMS & set(allowed))
        return found


class _told:
    """Have whatever goes wrong between us and the provider be a sentence. Nothing of its text is repeated."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        from authlib.common.errors import AuthlibBaseError
        from joserfc.errors import JoseError

        if isinstance(error, OSError) and not isinstance(error, ValueError):  # requests' own are among them
            raise ProviderFailed(_ANSWERS_NOT) from None
        nonsense = (AuthlibBaseError, JoseError, ValueError, TypeError, LookupError, AttributeError, RuntimeError)
        if isinstance(error, nonsense):
            raise ProviderFailed(_ANSWERS_NONSENSE) from None


def _read(issuer: str, claims: Mapping[str, Any]) -> Vouched:
    subject, email = claims["sub"], claims.get("email")
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise ProviderFailed(_ANSWERS_NONSENSE)
    verified = claims.get("email_verified") is True and isinstance(email, str)
    return Vouched(f"{issuer} {subject}", str(email).strip().lower() if verified else None, _is_strong(claims))


def _is_strong(claims: Mapping[str, Any]) -> bool:
    amr = claims.get("amr")
    methods = {method for method in amr if isinstance(method, str)} if isinstance(amr, list) else set()
    return "mfa" in methods or bool(methods & _KNOWN and methods & _HAD) or claims.get("acr") in _STRONG
