"""Logging in at an OpenID Connect provider: the code flow with PKCE, state and nonce. Authlib
enters here alone, and only where desk.oidc_issuer is set (extra [oidc]).

What the provider says counts only where its signature, issuer, audience, time and nonce are right.
"""

import base64
import hmac
import json
import secrets
import time
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import quote, urlencode

from pipeline.desk.reaching import Reach
from pipeline.refusal import Refusal
from pipeline.settings import Desk

DISCOVERY = "/.well-known/openid-configuration"
LASTS_SECONDS = 3600.0
"""So long the provider's description and keys are taken for granted."""
PENDING_SECONDS = 600
LEEWAY_SECONDS = 60
ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
"""Of signatures that only the provider can make."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A login that has gone to the provider: what it has to bring back."""

    state: str
    nonce: str
    verifier: str
    wanted: str
    began: int

    def sealed(self, key: bytes) -> str:
        """For the browser to keep, which cannot change it."""
        text = base64.urlsafe_b64encode(json.dumps(asdict(self)).encode()).decode()
        return f"{text}.{_seal(key, text)}"


def unsealed(key: bytes, kept: str) -> Pending:
    """What was sealed, within its time. Refusal otherwise."""
    text, _, seal = kept.partition(".")
    if not hmac.compare_digest(seal.encode(), _seal(key, text).encode()):
        raise Refusal("desk.oidc-wrong")
    pending = Pending(**json.loads(base64.urlsafe_b64decode(text)))
    if time.time() - pending.began > PENDING_SECONDS:
        raise Refusal("desk.oidc-wrong")
    return pending


def _seal(key: bytes, text: str) -> str:
    return hmac.new(key, b"oidc:" + text.encode(), sha256).hexdigest()


class Provider:
    """The provider of the settings."""

    def __init__(self, desk: Desk) -> None:
        """Refusal where settings do not fit, or Authlib is not installed."""
        if not desk.oidc_client:
            raise Refusal("desk.oidc-client")
        try:
            import authlib.oidc.core  # noqa: F401
        except ImportError as error:
            raise Refusal("desk.oidc-missing") from error
        self._desk, self._reach = desk, Reach(desk.reach)
        self._reach.check(desk.oidc_issuer)
        self._known: dict[str, tuple[float, dict[str, Any]]] = {}

    def begin(self, back: str, wanted: str) -> tuple[str, Pending]:
        """Where to send somebody, and what is kept of it. back: where they are to return to."""
        from authlib.oauth2.rfc7636 import create_s256_code_challenge

        pending = Pending(
            state=secrets.token_urlsafe(32),
            nonce=secrets.token_urlsafe(32),
            verifier=secrets.token_urlsafe(32),
            wanted=wanted,
            began=int(time.time()),
        )
        where = self._description()["authorization_endpoint"]
        self._reach.check(where)
        asked = {
            "response_type": "code",
            "client_id": self._desk.oidc_client,
            "redirect_uri": back,
            "scope": "openid profile email",
            "state": pending.state,
            "nonce": pending.nonce,
            "code_challenge": create_s256_code_challenge(pending.verifier),
            "code_challenge_method": "S256",
        }
        return f"{where}{'&' if '?' in where else '?'}{urlencode(asked)}", pending

    def finish(self, pending: Pending, state: str, code: str, back: str) -> str:
        """The login of who came back. Refusal where anything does not fit."""
        if not hmac.compare_digest(pending.state.encode(), state.encode()):
            raise Refusal("desk.oidc-wrong")
        answer = self._exchanged(code, pending.verifier, back)
        claims = self._claims(answer, pending.nonce)
        login = claims.get(self._desk.oidc_claim)
        if not isinstance(login, str) or not login:
            raise Refusal("desk.oidc-wrong")
        return login

    def _exchanged(self, code: str, verifier: str, back: str) -> dict[str, Any]:
        desk, description = self._desk, self._description()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "code_verifier": verifier,
            "client_id": desk.oidc_client,
        }
        headers = {}
        ways = description.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if desk.oidc_secret and "client_secret_basic" in ways:
            both = f"{quote(desk.oidc_client, safe='')}:{quote(desk.oidc_secret, safe='')}"
            headers["Authorization"] = f"Basic {base64.b64encode(both.encode()).decode()}"
        elif desk.oidc_secret:
            form["client_secret"] = desk.oidc_secret
        where = description["token_endpoint"]
        answer = self._reach.post(where, urlencode(form).encode(), headers)
        if not isinstance(answer, dict) or not isinstance(answer.get("id_token"), str):
            raise Refusal("desk.oidc-wrong")
        return answer

    def _claims(self, answer: dict[str, Any], nonce: str) -> dict[str, Any]:
        """What the provider says of somebody, looked at in every respect."""
        from authlib.oidc.core import CodeIDToken
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        desk = self._desk
        must = {
            "iss": {"essential": True, "value": desk.oidc_issuer},
            "aud": {"essential": True, "value": desk.oidc_client},
            "nonce": {"essential": True, "value": nonce},
        }
        spoken = answer.get("access_token")
        given = {"nonce": nonce, "client_id": desk.oidc_client, "access_token": spoken}
        try:
            keys = KeySet.import_key_set(self._keys())
            token = jwt.decode(answer["id_token"], keys, algorithms=ALGORITHMS)
            claims = CodeIDToken(token.claims, token.header, options=must, params=given)
            claims.validate(leeway=LEEWAY_SECONDS)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            self._known.clear()  # its keys may have changed: the next login asks for them anew
            raise Refusal("desk.oidc-wrong") from error
        return dict(claims)

    def _description(self) -> dict[str, Any]:
        described = self._kept(self._desk.oidc_issuer.rstrip("/") + DISCOVERY)
        needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        texts = all(isinstance(described.get(one), str) for one in needed)
        if described.get("issuer") != self._desk.oidc_issuer or not texts:
            raise Refusal("desk.oidc-wrong")
        return described

    def _keys(self) -> Any:
        return self._kept(self._description()["jwks_uri"])

    def _kept(self, url: str) -> dict[str, Any]:
        at, kept = self._known.get(url, (0.0, None))
        if kept is None or time.monotonic() - at >= LASTS_SECONDS:
            kept = self._reach.get(url)
            if not isinstance(kept, dict):
                raise Refusal("desk.oidc-wrong")
            self._known[url] = (time.monotonic(), kept)
        return kept
