"""Passwords: what is accepted, and hashing by Argon2id outside the event loop."""

import asyncio
from typing import Any, cast

from passlib.handlers.argon2 import argon2

from parley.accounts.fields import FieldError

SHORTEST, LONGEST = 8, 256

# OWASP's minimum: 19 MiB, two passes, one lane; 20 ms a hash. More at once than this would only take memory.
_AT_ONCE = 4

# Refused whatever their length is: the heads of every list of leaked passwords that are long enough for the rule above.
_LEAKED = """
password password1 password12 password123 passw0rd 12345678 123456789 1234567890 87654321 qwertyui qwertyuiop qwerty123 1q2w3e4r
1qaz2wsx iloveyou sunshine princess football baseball welcome1 welcome123 letmein1 letmein123 admin123 administrator trustno1
superman starwars whatever computer changeme abcd1234 abcdefgh abc12345 asdfghjk asdfghjkl zxcvbnm1 00000000 11111111
"""
_COMMON = frozenset(_LEAKED.split())


class WeakPassword(FieldError):
    pass


def check_strength(password: str, *, username: str, email: str, field: str = "password") -> None:
    """Raises `WeakPassword` naming `field`."""
    folded = password.casefold()
    if len(password) < SHORTEST:
        raise WeakPassword(f"The password is too short. Use at least {SHORTEST} characters.", field=field)
    if len(password) > LONGEST:
        raise WeakPassword(f"The password is too long. Use at most {LONGEST} characters.", field=field)
    if folded in _COMMON or len(set(folded)) < 3:
        raise WeakPassword(
            "This password is one of the first that anyone would try. Choose another; a few words in a row are good.", field=field
        )
    if folded in {username.casefold(), email.casefold(), email.casefold().partition("@")[0]}:
        raise WeakPassword("The password is your own name or address. Choose one that nobody can guess from them.", field=field)


class Hasher:
    """Hashes and checks passwords, a few at a time, in threads."""

    def __init__(self) -> None:
        # libpass has no types for the settings of a hash.
        self._argon2: Any = cast(Any, argon2).using(type="ID", memory_cost=19 * 1024, time_cost=2, parallelism=1)
        self._gate = asyncio.Semaphore(_AT_ONCE)
        self._nobodys: str | None = None

    async def hash(self, password: str) -> str:
        async with self._gate:
            return await asyncio.to_thread(self._argon2.hash, password)

    async def verify(self, password: str, hashed: str | None) -> bool:
        """Whether `password` belongs to `hashed`. None (no such person) takes as long, so that time tells nobody who exists."""
        if hashed is None:
            if self._nobodys is None:
                self._nobodys = await self.hash("nobody's password")
            await self.verify(password, self._nobodys)
            return False
        if len(password) > LONGEST:
            return False
        async with self._gate:
            return await asyncio.to_thread(self._argon2.verify, password, hashed)
