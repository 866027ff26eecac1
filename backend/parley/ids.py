"""Identifiers: 32 hexadecimal characters of a version 7 UUID, so that ids sort by the time they were made."""

import uuid_utils


def new_id() -> str:
    return uuid_utils.uuid7().hex
