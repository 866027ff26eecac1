"""The root of every error Parley raises on purpose, and the one shape in which they reach a client.

    ParleyError                 400  something the caller can mend
    ├── NotFound                404  unknown, or not yours: the two answer alike
    ├── Conflict                409  the world moved on; nothing was changed
    ├── Unauthorized            401  no valid session
    └── (each room's own, beside the code that raises them)

An error names its situation by its class (`ChatMovedOn` -> `chat_moved_on`), says in its message what happened and what to do,
and carries data for machines in `details`.
"""

import re
from collections.abc import Mapping
from typing import ClassVar

from pydantic import JsonValue


class ParleyError(Exception):
    status: ClassVar[int] = 400

    def __init__(self, message: str, details: Mapping[str, JsonValue] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.details: dict[str, JsonValue] = dict(details or {})

    @property
    def code(self) -> str:
        return re.sub(r"(?<!^)(?=[A-Z])", "_", type(self).__name__).lower()


class NotFound(ParleyError):
    status = 404


class Conflict(ParleyError):
    status = 409


class Unauthorized(ParleyError):
    status = 401
