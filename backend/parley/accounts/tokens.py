"""Tokens: a signed note that names a session row. The row decides whether it still counts."""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jose import JWTError, jwt

from parley.errors import Unauthorized

# One algorithm, pinned: a token cannot choose how it is checked.
_ALGORITHM = "HS256"
_LONGEST = 1024
_REMEMBERED = 10_000


class SessionEnded(Unauthorized):
    """No token, a bad one, or one whose session was ended."""

    def __init__(self) -> None:
        super().__init__("You are not logged in, or your session has ended. Log in again.")


@dataclass(frozen=True)
class _Read:
    session_id: str
    expires: float


class Tokens:
    """Signs and reads tokens. A signature that was checked is remembered: checking costs more than the query that follows."""

    def __init__(self, secret: str) -> None:
        self._secret = secret
        self._seen: dict[str, _Read] = {}

    def sign(self, *, session_id: str, user_id: str, expires_at: datetime) -> str:
        claims = {"sub": user_id, "sid": session_id, "exp": int(expires_at.timestamp())}
        return jwt.encode(claims, self._secret, algorithm=_ALGORITHM)

    def session_id(self, token: str) -> str:
        """The id of the session that `token` names. Raises `SessionEnded` for a forged, malformed or expired token."""
        read = self._seen.get(token) or self._check(token)
        if read.expires <= time.time():
            self._seen.pop(token, None)
            raise SessionEnded
        return read.session_id

    def _check(self, token: str) -> _Read:
        if len(token) > _LONGEST:
            raise SessionEnded
        try:
            claims: dict[str, Any] = jwt.decode(token, self._secret, algorithms=[_ALGORITHM])
        except JWTError:
            raise SessionEnded from None
        session_id, expires = claims.get("sid"), claims.get("exp")
        if not isinstance(session_id, str) or not isinstance(expires, int):
            raise SessionEnded
        if len(self._seen) >= _REMEMBERED:
            self._seen.clear()
        self._seen[token] = read = _Read(session_id, float(expires))
        return read
