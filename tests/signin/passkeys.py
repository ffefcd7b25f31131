"""A passkey as a device holds it: a key, and the answers that it signs."""

import hashlib
import json
import os

from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import WebAuthn
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from accounts.models import User

SITE = "testserver"
FLAG = AuthenticatorData.FLAG


class Passkey:
    def __init__(self, user: User) -> None:
        """One that is set up already."""
        self.user, self.id = user, os.urandom(16)
        self.key = ec.generate_private_key(ec.SECP256R1())
        made = self._written(attestationObject=self._attested(), clientDataJSON=self._client("create", b"x"))
        WebAuthn.add(user, "a key", made)

    @property
    def row(self) -> Authenticator:
        return next(each for each in Authenticator.objects.filter(user=self.user) if self._is(each))

    def answer(self, browser: Client, *, is_verified: bool) -> str:
        """To what the site asked last in this browser; `is_verified` by a finger, a face or a PIN."""
        challenge = browser.session["mfa.webauthn.state"]["challenge"]
        client = self._client("get", challenge)
        flags = FLAG.UP | FLAG.UV if is_verified else FLAG.UP
        data = AuthenticatorData.create(self._site(), flags, 1)
        signature = self.key.sign(data + client.hash, ec.ECDSA(hashes.SHA256()))
        handle = user_pk_to_url_str(self.user).encode()
        parts = {"authenticatorData": data, "signature": signature, "userHandle": handle}
        return json.dumps(self._written(clientDataJSON=client, **parts))

    def _is(self, row: Authenticator) -> bool:
        kept: str = row.data.get("credential", {}).get("id", "")
        return kept == websafe_encode(self.id)

    def _attested(self) -> AttestationObject:
        public = ES256.from_cryptography_key(self.key.public_key())
        credential = AttestedCredentialData.create(Aaguid.NONE, self.id, public)
        data = AuthenticatorData.create(self._site(), FLAG.UP | FLAG.UV | FLAG.AT, 0, credential)
        return AttestationObject.create("none", data, {})

    def _client(self, act: str, challenge: str | bytes) -> CollectedClientData:
        return CollectedClientData.create(f"webauthn.{act}", challenge, f"https://{SITE}")

    def _site(self) -> bytes:
        return hashlib.sha256(SITE.encode()).digest()

    def _written(self, **parts: bytes) -> dict:
        """As the browser sends it."""
        id = websafe_encode(self.id)
        response = {name: websafe_encode(part) for name, part in parts.items()}
        return {"id": id, "rawId": id, "type": "public-key", "response": response}
