"""The provider's signing key, kept over restarts so that tokens and cached key sets stay valid."""

import json
from pathlib import Path
from typing import Any

from joserfc.jwk import ECKey

from outside.home import write_private


def signing_key(directory: Path) -> ECKey:
    """The ES256 key in `idp-key.json` of this directory, made at the first start; `kid` is its thumbprint."""
    path = directory / "idp-key.json"
    if path.exists():
        return ECKey.import_key(json.loads(path.read_text()))
    key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"})
    key.ensure_kid()
    write_private(path, json.dumps(key.as_dict(private=True)))
    return key


def public_keys(key: ECKey) -> dict[str, list[Any]]:
    """The JWK set that clients check id tokens with."""
    return {"keys": [key.as_dict(private=False)]}
