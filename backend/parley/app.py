"""The composition root: settings in, a wired application out. Nothing happens at import."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from parley.accounts.accounts import Accounts
from parley.accounts.passwords import Hasher
from parley.accounts.secret import signing_secret
from parley.accounts.tokens import Tokens
from parley.api import health
from parley.api.deps import Parts
from parley.db.session import Database, connect
from parley.settings import Settings

ROUTERS: tuple[APIRouter, ...] = (health.router,)


def create_app(settings: Settings) -> FastAPI:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        async with AsyncExitStack() as stack:
            app.state.parts = await wire_parts(settings, stack)
            yield

    app = FastAPI(
        title="Parley",
        version="0.1.0",
        lifespan=lifespan,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=_operation_id,
    )
    for router in ROUTERS:
        app.include_router(router)
    return app


def _operation_id(route: APIRoute) -> str:
    """The function's name: what the generated client calls it."""
    return route.name


async def wire_parts(settings: Settings, stack: AsyncExitStack) -> Parts:
    """Make the objects that routes use, in the order in which they need each other; `stack` closes them in the opposite one."""
    database = await wire_database(settings, stack)
    accounts = wire_accounts(settings, database)
    return Parts(database=database, accounts=accounts)


async def wire_database(settings: Settings, stack: AsyncExitStack) -> Database:
    database = connect(settings.database_address, sqlite_sync=settings.sqlite_sync)
    stack.push_async_callback(database.close)
    return database


def wire_accounts(settings: Settings, database: Database) -> Accounts:
    given = settings.secret.get_secret_value() if settings.secret else None
    secret = signing_secret(given, data_dir=settings.data_dir, production=settings.environment == "production")
    return Accounts(
        database=database,
        tokens=Tokens(secret),
        hasher=Hasher(),
        lasting=timedelta(days=settings.session_days),
        registration_open=settings.registration == "open",
    )
