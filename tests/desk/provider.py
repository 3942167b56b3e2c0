"""A small OpenID Connect provider that really listens: it checks what it is sent, and signs."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "zhiyin-desk", "between us"


@dataclass
class Provider:
    """What it knows. login: who is in there; spoils: what it does wrong."""

    port: int = 0
    login: str = "lead"
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048))
    other_key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048))
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    spoils: str = ""

    @property
    def issuer(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def authorize(self, url: str) -> tuple[str, str]:
        """What its page does once somebody has logged in: the state, and a code for it."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert asked["client_id"] == CLIENT and asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256" and "openid" in asked["scope"].split()
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return asked["state"], code

    def description(self) -> dict[str, Any]:
        """Where everything is."""
        base = "https://evil.example" if self.spoils == "elsewhere" else self.issuer
        return {
            "issuer": "https://evil.example" if self.spoils == "issuer" else self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{base}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }

    def exchange(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """A token for a code, once, for who began it."""
        begun = self.codes.pop(form.get("code", ""), None)
        right = base64.b64encode(f"{CLIENT}:{SECRET.replace(' ', '%20')}".encode()).decode()
        if begun is None or authorization != f"Basic {right}":
            return 400, {"error": "invalid_grant"}
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if challenge != begun["code_challenge"] or form["redirect_uri"] != begun["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "a", "token_type": "Bearer", "id_token": self.token(begun)}

    def token(self, begun: dict[str, str]) -> str:
        """The signed word on who it is."""
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "sub": "1",
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": begun["nonce"],
            "preferred_username": self.login,
        }
        claims |= {
            "audience": {"aud": "somebody else"},
            "token-issuer": {"iss": "https://evil.example"},
            "late": {"exp": now - 3600, "iat": now - 7200},
            "nonce": {"nonce": "another"},
            "nobody": {"preferred_username": ""},
        }.get(self.spoils, {})
        if self.spoils == "no-nonce":
            del claims["nonce"]
        if self.spoils == "unsigned":
            head, body = ({"alg": "none"}, claims)
            parts = (base64.urlsafe_b64encode(json.dumps(p).encode()) for p in (head, body))
            return b".".join((*(part.rstrip(b"=") for part in parts), b"")).decode()
        if self.spoils == "symmetric":
            from joserfc.jwk import OctKey

            public = OctKey.import_key(self.key.as_pem(private=False))
            return jwt.encode({"alg": "HS256"}, claims, public, algorithms=["HS256"])
        key = self.other_key if self.spoils == "signature" else self.key
        return jwt.encode({"alg": "RS256"}, claims, key)


class _Answering(BaseHTTPRequestHandler):
    provider: ClassVar[Provider]

    def do_GET(self) -> None:
        self.provider.asked.append(self.path)
        if self.path.startswith("/.well-known"):
            if self.provider.spoils == "redirect":
                self.send_response(302)
                self.send_header("Location", f"{self.provider.issuer}/keys")
                self.end_headers()
                return
            self._send(200, self.provider.description())
        elif self.path == "/keys":
            self._send(200, {"keys": [self.provider.key.as_dict(private=False)]})
        else:
            self._send(404, {})

    def do_POST(self) -> None:
        self.provider.asked.append(self.path)
        length = int(self.headers["content-length"])
        form = {k: v[0] for k, v in parse_qs(self.rfile.read(length).decode()).items()}
        self._send(*self.provider.exchange(form, self.headers.get("authorization", "")))

    def _send(self, status: int, told: dict[str, Any]) -> None:
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Tests are quiet."""


@contextmanager
def provider() -> Iterator[Provider]:
    """It listens on loopback for as long as the `with`."""
    made = Provider()
    answering = type("Answering", (_Answering,), {"provider": made})
    with ThreadingHTTPServer(("127.0.0.1", 0), answering) as server:
        made.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield made
        server.shutdown()
        thread.join(5)
