"""The secret that signs tokens: given by a setting, or made once and kept in the data folder."""

import os
import secrets
from pathlib import Path

from parley.errors import ParleyError

_SHORTEST = 32


class WeakSecret(ParleyError):
    """The server does not start with a secret that can be guessed."""


def signing_secret(given: str | None, *, data_dir: Path, production: bool) -> str:
    """Raises `WeakSecret` in production for one that is short or repeats itself."""
    if given is None:
        return _kept(data_dir / "secret")
    if production and (len(given) < _SHORTEST or len(set(given)) < 10):
        raise WeakSecret(
            f"PARLEY_SECRET can be guessed. Use at least {_SHORTEST} random characters (`openssl rand -hex 32`), "
            "or leave it out and one is made and kept in the data folder."
        )
    return given


def _kept(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        # O_EXCL: of two servers that start at once on one folder, one writes and both read the same.
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
    except FileExistsError:
        pass
    secret = path.read_text().strip()
    if len(secret) < _SHORTEST:
        raise WeakSecret(
            f"The file {path} should hold the server's secret and is cut. Delete it: a new one is made, and everyone logs in again."
        )
    return secret
