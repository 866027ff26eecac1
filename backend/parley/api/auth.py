"""Accounts: register, log in, log out, who am I, change the password."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from parley.accounts.accounts import Login, Person
from parley.api.deps import SESSION_COOKIE, CurrentUser, Parts, PartsDep

router = APIRouter(prefix="/api/auth", tags=["auth"])

# Bounds only; what a good name, address or password is, `parley.accounts` says, at the field and in words.
Text = Annotated[str, Field(max_length=1000)]


class RegisterBody(BaseModel):
    username: Text
    email: Text
    password: Text


class LoginBody(BaseModel):
    username: Text = Field(description="The username or the e-mail address")
    password: Text


class PasswordBody(BaseModel):
    current_password: Text
    new_password: Text


class UserView(BaseModel):
    id: str
    username: str
    email: str
    created_at: datetime


class LoginView(BaseModel):
    """The token also comes as an HttpOnly cookie; a script may send it as `Authorization: Bearer`."""

    access_token: str
    token_type: Literal["bearer"]
    expires_at: datetime
    user: UserView


@router.post("/register", status_code=201)
async def register(body: RegisterBody, request: Request, response: Response, parts: PartsDep) -> LoginView:
    made = await parts.accounts.register(username=body.username, email=body.email, password=body.password)
    return _logged_in(made, response, secure=_secure(request, parts))


@router.post("/login")
async def login(body: LoginBody, request: Request, response: Response, parts: PartsDep) -> LoginView:
    made = await parts.accounts.log_in(name=body.username, password=body.password)
    return _logged_in(made, response, secure=_secure(request, parts))


@router.post("/logout", status_code=204)
async def logout(user: CurrentUser, response: Response, parts: PartsDep) -> None:
    """Ends this session at once, wherever its token is kept."""
    await parts.accounts.log_out(user)
    response.delete_cookie(SESSION_COOKIE, path="/api", httponly=True, samesite="lax")


@router.get("/me")
async def me(user: CurrentUser) -> UserView:
    return view_user(user)


@router.post("/password", status_code=204)
async def change_password(body: PasswordBody, user: CurrentUser, parts: PartsDep) -> None:
    """Ends every other session of this person."""
    await parts.accounts.change_password(user, current=body.current_password, new=body.new_password)


def view_user(user: Person) -> UserView:
    return UserView(id=user.id, username=user.username, email=user.email, created_at=user.created_at)


def _secure(request: Request, parts: Parts) -> bool:
    return parts.secure_cookies or request.url.scheme == "https"


def _logged_in(login: Login, response: Response, *, secure: bool) -> LoginView:
    response.set_cookie(
        SESSION_COOKIE,
        login.token,
        max_age=int((login.expires_at - datetime.now(UTC)).total_seconds()),
        path="/api",
        httponly=True,
        samesite="lax",
        secure=secure,
    )
    return LoginView(access_token=login.token, token_type="bearer", expires_at=login.expires_at, user=view_user(login.person))  # noqa: S106
