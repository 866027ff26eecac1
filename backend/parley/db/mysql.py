"""aiomysql 0.3.2 on PyMySQL 1.2: the function that writes bytes into a statement is gone there, so ours takes its place."""


def mend_bytes() -> None:
    """Until aiomysql brings its own again, binding bytes would raise a TypeError."""
    import aiomysql.connection  # loaded on MySQL and MariaDB only

    aiomysql.connection.escape_bytes_prefixed = _literal


def _literal(value: bytes) -> str:
    return f"x'{value.hex()}'"
