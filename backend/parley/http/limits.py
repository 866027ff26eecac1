"""The bounds of one guarded request."""

from dataclasses import dataclass


@dataclass(frozen=True)
class HttpLimits:
    """`answer_bytes` bounds the body before and after unpacking; `connect_seconds` is part of the caller's whole time."""

    answer_bytes: int = 10_000_000
    redirects: int = 5
    connect_seconds: float = 5.0
    connections: int = 50
