"""Column types that mean the same on SQLite, MySQL/MariaDB and PostgreSQL."""

import json
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import CHAR, DateTime, Dialect, LargeBinary, String, Text, TypeDecorator
from sqlalchemy.dialects import mysql

_MYSQL = ("mysql", "mariadb")


def key(length: int) -> String:
    """A string compared byte by byte, as SQLite and PostgreSQL do by themselves."""
    text = String(length)
    for name in _MYSQL:
        text = text.with_variant(mysql.VARCHAR(length, charset="utf8mb4", collation="utf8mb4_bin"), name)
    return text


def id_column() -> String:
    """32 hexadecimal characters (see `parley.ids`)."""
    text: String = CHAR(32)
    for name in _MYSQL:
        # Not ascii: comparing such a column with an id from a URL that holds other characters is an error there.
        text = text.with_variant(mysql.CHAR(32, charset="utf8mb4", collation="utf8mb4_bin"), name)
    return text


def long_text() -> Text:
    """Text without a practical limit: TEXT is 64 KB in the MySQL family."""
    text = Text()
    for name in _MYSQL:
        text = text.with_variant(mysql.LONGTEXT(charset="utf8mb4", collation="utf8mb4_bin"), name)
    return text


def long_bytes() -> LargeBinary:
    data = LargeBinary()
    for name in _MYSQL:
        data = data.with_variant(mysql.LONGBLOB(), name)
    return data


class Json(TypeDecorator[Any]):
    """JSON kept as text, in the order written (MySQL's own JSON type sorts keys). Python None is SQL NULL."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(long_text())

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime in UTC with microseconds. A naive one is refused."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        if dialect.name in _MYSQL:
            return dialect.type_descriptor(mysql.DATETIME(fsp=6))
        return dialect.type_descriptor(DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        value = _in_utc(value)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def bind_processor(self, dialect: Dialect) -> Any:  # Any: SQLAlchemy's own type for it is private
        """SQLite keeps times as text; what SQLAlchemy takes 4 µs for is written here in one."""
        return _sqlite_text if dialect.name == "sqlite" else super().bind_processor(dialect)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _in_utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a time without a zone was given; use datetime.now(UTC)")
    return value if value.tzinfo is UTC else value.astimezone(UTC)


@lru_cache(512)  # an entry's time stands in its own row and in its step's
def _sqlite_text(value: datetime | None) -> str | None:
    if value is None:
        return None
    return (value if value.tzinfo is UTC else _in_utc(value)).isoformat(" ", "microseconds")[:26]  # without the offset, which is zero
