"""Errors about one field of a form, so that a client can show the message where it belongs."""

from typing import ClassVar

from parley.errors import ParleyError


class FieldError(ParleyError):
    """`details` is {"field": name, "fields": {name: message}}, the shape that every refused form has."""

    status: ClassVar[int] = 422

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message, {"field": field, "fields": {field: message}})
