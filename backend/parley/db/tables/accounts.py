"""People and their sessions."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from parley.db.base import Base
from parley.db.types import UtcDateTime, id_column, key


class User(Base):
    """`username_key` and `email_key` are case-folded, so that Ada and ada are one name on every database."""

    __tablename__ = "users"

    id: Mapped[str] = mapped_column(id_column(), primary_key=True)
    username: Mapped[str] = mapped_column(key(64))
    username_key: Mapped[str] = mapped_column(key(128), unique=True)
    email: Mapped[str] = mapped_column(key(254))
    email_key: Mapped[str] = mapped_column(key(254), unique=True)
    password_hash: Mapped[str] = mapped_column(key(255))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())


class Session(Base):
    """A login. Deleting the row revokes the token that names it, at once."""

    __tablename__ = "sessions"
    __table_args__ = (Index(None, "user_id"), Index(None, "expires_at"))

    id: Mapped[str] = mapped_column(id_column(), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime())
