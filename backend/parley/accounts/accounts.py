"""What a person does with an account: register, log in, log out, change the password; and how a request is recognised."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError

from parley.accounts import store
from parley.accounts.fields import FieldError
from parley.accounts.passwords import Hasher, check_strength
from parley.accounts.tokens import SessionEnded, Tokens
from parley.db.session import Database
from parley.db.tables import User
from parley.errors import ParleyError

# Letters and digits of any script, and . _ - within; no @, so that a username is never somebody's e-mail address.
_USERNAME = re.compile(r"^\w(?:[\w.-]{0,62}\w)$")
_EMAIL = re.compile(r"^[^@\s<>\"(),:;\[\]\\]{1,64}@(?:[^@\s.<>\"(),:;\[\]\\]{1,63}\.)*[^@\s.<>\"(),:;\[\]\\]{1,63}$")
# Of the keys under which they are unique: folding makes some letters three.
_LONGEST_EMAIL, _LONGEST_USERNAME_KEY = 254, 128


class BadUsername(FieldError):
    pass


class BadEmail(FieldError):
    pass


class UsernameTaken(FieldError):
    status = 409


class EmailTaken(FieldError):
    status = 409


class WrongLogin(FieldError):
    """One error for an unknown name and for a wrong password."""

    status = 401


class WrongPassword(FieldError):
    """The current password, asked for before a change, is not right."""


class RegistrationClosed(ParleyError):
    status = 403


@dataclass(frozen=True)
class Person:
    """Who is asking, and by which session."""

    id: str
    username: str
    email: str
    created_at: datetime
    session_id: str


@dataclass(frozen=True)
class Login:
    person: Person
    token: str
    expires_at: datetime


@dataclass(frozen=True)
class Accounts:
    database: Database
    tokens: Tokens
    hasher: Hasher
    lasting: timedelta
    registration_open: bool

    async def register(self, *, username: str, email: str, password: str) -> Login:
        """Raises `BadUsername`, `BadEmail`, `WeakPassword`, `UsernameTaken`, `EmailTaken`, `RegistrationClosed`."""
        if not self.registration_open:
            raise RegistrationClosed("New accounts are made by whoever runs this server. Ask them for one.")
        return await self.log_in_as(await self.create_user(username=username, email=email, password=password))

    async def create_user(self, *, username: str, email: str, password: str) -> User:
        username, email = username.strip(), email.strip()
        check_username(username)
        check_email(email)
        check_strength(password, username=username, email=email)
        async with self.database.reading() as session:
            _refuse_taken(await store.taken(session, username=username, email=email))
        # Hashed between the transactions: nothing may hold the database for 20 ms.
        hashed = await self.hasher.hash(password)
        try:
            async with self.database.transaction() as session:
                return await store.insert_user(session, username=username, email=email, password_hash=hashed)
        except IntegrityError:
            async with self.database.reading() as session:
                _refuse_taken(await store.taken(session, username=username, email=email))
            raise

    async def log_in(self, *, name: str, password: str) -> Login:
        """`name` is a username or an e-mail address. Raises `WrongLogin`."""
        async with self.database.reading() as session:
            user = await store.user_by_login(session, name.strip())
        right = await self.hasher.verify(password, user.password_hash if user else None)
        if user is None or not right:
            raise WrongLogin("The name or the password is not right. Check both and try again.", field="password")
        return await self.log_in_as(user)

    async def log_in_as(self, user: User) -> Login:
        async with self.database.transaction() as session:
            row = await store.open_session(session, user.id, lasting=self.lasting)
        token = self.tokens.sign(session_id=row.id, user_id=user.id, expires_at=row.expires_at)
        return Login(_person(user, row.id), token, row.expires_at)

    async def log_out(self, person: Person) -> None:
        async with self.database.transaction() as session:
            await store.close_session(session, person.session_id)

    async def change_password(self, person: Person, *, current: str, new: str) -> None:
        """Ends every other session of this person. Raises `WrongPassword`, `WeakPassword`."""
        async with self.database.reading() as session:
            user = await store.user_by_id(session, person.id)
        if not await self.hasher.verify(current, user.password_hash if user else None):
            raise WrongPassword("The current password is not right. Nothing was changed.", field="current_password")
        check_strength(new, username=person.username, email=person.email, field="new_password")
        hashed = await self.hasher.hash(new)
        async with self.database.transaction() as session:
            await store.set_password_hash(session, person.id, hashed)
            await store.close_other_sessions(session, person.id, but=person.session_id)

    async def recognise(self, token: str | None) -> Person:
        """Who holds this token. The session row is asked every time, so that ending a session counts at once.
        Raises `SessionEnded`."""
        if token is None:
            raise SessionEnded
        session_id = self.tokens.session_id(token)
        user = await store.user_of_session(self.database, session_id)
        if user is None:
            raise SessionEnded
        return Person(*user, session_id)


def check_username(username: str) -> None:
    if not _USERNAME.fullmatch(username) or len(store.fold(username)) > _LONGEST_USERNAME_KEY:
        raise BadUsername(
            "A username has 2 to 64 letters or digits; dots, dashes and underscores may stand between them.", field="username"
        )


def check_email(email: str) -> None:
    if len(store.fold(email)) > _LONGEST_EMAIL or not _EMAIL.fullmatch(email):
        raise BadEmail("This is not an e-mail address. It looks like name@example.com.", field="email")


def _refuse_taken(field: str | None) -> None:
    match field:
        case "username":
            raise UsernameTaken("This username is taken. Choose another, or log in if it is yours.", field="username")
        case "email":
            raise EmailTaken("There is already an account with this e-mail address. Log in instead, or use another.", field="email")
        case _:
            return


def _person(user: User, session_id: str) -> Person:
    return Person(user.id, user.username, user.email, user.created_at, session_id)
