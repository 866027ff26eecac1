"""The composition root: settings in, a wired application out. Nothing happens at import."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from functools import cache, partial

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from pydantic import SecretStr
from starlette.middleware.cors import CORSMiddleware

from parley.accounts.accounts import Accounts
from parley.accounts.passwords import Hasher
from parley.accounts.secret import signing_secret
from parley.accounts.tokens import Tokens
from parley.api import auth, chats, collections, documents, health, messages, models, node_types, runs, search
from parley.api import settings as settings_api
from parley.api.deps import Parts
from parley.api.errors import RESPONSES, CatchSurprises, add_error_handlers
from parley.api.frontend import SecurityHeaders, add_frontend, script_hashes
from parley.api.guard import Guard
from parley.api.metrics import metrics_router
from parley.configured import configured
from parley.db.migrate import migrate
from parley.db.session import Database, connect
from parley.engine.distributed import BrokerDoorbell
from parley.engine.hub import Hub
from parley.engine.limits import RunLimits
from parley.engine.relay import RelayedHub
from parley.engine.runner import Engine
from parley.engine.worker import Worker
from parley.housekeeping import housekeeping
from parley.ids import new_id
from parley.knowledge.service import READ_DOCUMENTS, Knowledge, KnowledgeOptions
from parley.live.broker import Sender
from parley.live.streams import Streams
from parley.llm.base import LanguageModel
from parley.llm.choose import choose
from parley.llm.models import Models, ModelSettings
from parley.llm.prices import ModelPrice, Prices, read_prices
from parley.nodes.guarded_http import GuardedHttp
from parley.nodes.registry import CATALOGUE, REGISTRY
from parley.observability import Metrics, RequestLog
from parley.planner.base import Budget, Planner
from parley.planner.router import SURE, PlannerRouter, SurePlanner
from parley.settings import Settings
from parley.turns.feed import TurnFeeds
from parley.turns.parts import TurnLimits, TurnParts
from parley.turns.relay import TurnRelay
from parley.turns.run_parts import RunParts
from parley.turns.run_services import services_for
from parley.websearch.serpapi import SerpApi

ROUTERS: tuple[APIRouter, ...] = (
    health.router,
    auth.router,
    chats.router,
    messages.router,
    collections.router,
    documents.router,
    runs.router,
    node_types.router,
    models.router,
    search.router,
    settings_api.router,
)


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
        responses=RESPONSES,
        generate_unique_id_function=_operation_id,
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    add_error_handlers(app)
    for router in ROUTERS:
        app.include_router(router)
    metrics = wire_metrics(settings, app)
    if settings.web_dir.is_dir():
        add_frontend(app, settings.web_dir)
    wire_middleware(settings, app, metrics)
    return app


def _operation_id(route: APIRoute) -> str:
    """The function's name: what the generated client calls it."""
    return route.name


async def wire_parts(settings: Settings, stack: AsyncExitStack) -> Parts:
    """Make the objects that routes use, in the order in which they need each other; `stack` closes them in the opposite one."""
    database = await wire_database(settings, stack)
    accounts = wire_accounts(settings, database)
    streams, broker = wire_streams(settings, stack), wire_broker(settings, stack)
    knowledge = wire_knowledge(settings, database, stack, broker)
    models = Models(wire_models(settings))
    stack.push_async_callback(models.aclose)
    turns = wire_turns(settings, database, models, streams, stack)
    llm = choose(models, knowledge.embedder, cost=Prices(models.settings, read_prices(settings.prices)).cost)
    engine = wire_engine(settings, database, knowledge, llm, streams, stack)
    runs = await wire_runs(engine, broker, stack)
    await stack.enter_async_context(housekeeping(database))
    return Parts(
        database=database,
        accounts=accounts,
        configured=configured(settings, database.dialect),
        secure_cookies=settings.environment == "production",
        turns=turns,
        runs=runs,
        knowledge=knowledge,
        models=models,
        broker=broker,
        events=streams,
    )


async def wire_database(settings: Settings, stack: AsyncExitStack) -> Database:
    database = connect(settings.database_address, sqlite_sync=settings.sqlite_sync)
    stack.push_async_callback(database.close)
    await migrate(database)
    return database


def wire_streams(settings: Settings, stack: AsyncExitStack) -> Streams | None:
    """Live events between processes, if there is a Redis for them."""
    if settings.events_url is None:
        return None
    streams = Streams(settings.events_url.get_secret_value())
    streams.start()
    stack.push_async_callback(streams.close)
    return streams


def wire_broker(settings: Settings, stack: AsyncExitStack) -> Sender | None:
    """The way to workers in other processes, if there are any."""
    if settings.broker_url is None:
        return None
    sender = Sender(settings.broker_url.get_secret_value())
    sender.start()
    stack.push_async_callback(asyncio.to_thread, sender.close)
    return sender


def wire_accounts(settings: Settings, database: Database) -> Accounts:
    secret = signing_secret(_value(settings.secret), data_dir=settings.data_dir, production=settings.environment == "production")
    return Accounts(
        database=database,
        tokens=Tokens(secret),
        hasher=Hasher(),
        lasting=timedelta(days=settings.session_days),
        registration_open=settings.registration == "open",
    )


def wire_models(settings: Settings) -> ModelSettings:
    return ModelSettings(
        default=settings.model,
        openai_api_key=_value(settings.openai_api_key),
        openai_base_url=settings.openai_base_url,
        gemini_api_key=_value(settings.gemini_api_key),
        gemini_base_url=settings.gemini_base_url,
        anthropic_api_key=_value(settings.anthropic_api_key),
        anthropic_base_url=settings.anthropic_base_url,
        local_path=settings.local_model,
        ollama_url=None if settings.ollama == "off" else settings.ollama,
    )


def wire_turns(settings: Settings, database: Database, models: Models, streams: Streams | None, stack: AsyncExitStack) -> TurnParts:
    relay = None if streams is None else TurnRelay(streams)
    feeds = TurnFeeds(onward=None if relay is None else relay.send)
    stack.push_async_callback(feeds.close)
    return TurnParts(
        database=database,
        catalogue=CATALOGUE,
        planners=wire_planners(models, sure=settings.sure, prices=read_prices(settings.prices)),
        default_planner=settings.planner,
        feeds=feeds,
        relay=relay,
        budget=turn_budget(settings),
        limits=TurnLimits(
            message_chars=settings.message_chars,
            reply_chars=settings.reply_chars,
            edits_per_message=settings.message_edits,
            messages_per_chat=settings.chat_messages,
        ),
        instance=new_id(),
    )


def turn_budget(settings: Settings) -> Budget:
    return Budget(settings.turn_seconds, settings.turn_tokens, settings.turn_repair_rounds)


def wire_planners(models: Models | None, *, sure: float = SURE, prices: Mapping[str, ModelPrice] | None = None) -> PlannerRouter:
    """Without `models`, everything is the built-in planner's. `prices` are the operator's own."""
    if models is None:
        return PlannerRouter(cache(_builtin_planner))
    return PlannerRouter(
        builtin=cache(_builtin_planner),
        model=cache(partial(_model_planner, models, Prices(models.settings, prices))),
        models=models,
        unasked=models.settings.any,
        threshold=sure,
    )


def _builtin_planner() -> SurePlanner:
    from parley.planner.builtin import BuiltinPlanner  # its vocabulary is loaded at the first turn

    return BuiltinPlanner()


def _model_planner(models: Models, prices: Prices) -> Planner:
    from parley.planner.model import ModelPlanner

    return ModelPlanner(models, prices.cost)


def wire_knowledge(settings: Settings, database: Database, stack: AsyncExitStack, broker: Sender | None = None) -> Knowledge:
    """With a broker, documents are only queued here: workers read them, from the same data folder."""
    options = KnowledgeOptions(
        data_dir=settings.data_dir,
        model=settings.embedding_model,
        chroma_url=settings.chroma_url or "",
        most_upload_bytes=settings.max_upload_bytes,
        most_pages=settings.document_pages,
        most_characters=settings.document_characters,
        reader_memory_bytes=settings.reader_memory_mb * 1024 * 1024,
        reader_cpu_seconds=settings.reader_cpu_seconds,
    )
    knowledge = Knowledge(database, options, None if broker is None else partial(broker.send, READ_DOCUMENTS))
    if broker is None:
        knowledge.start()
    stack.push_async_callback(knowledge.stop)
    return knowledge


def wire_engine(
    settings: Settings, database: Database, knowledge: Knowledge, llm: LanguageModel, streams: Streams | None, stack: AsyncExitStack
) -> Engine:
    limits = RunLimits(
        step_seconds=settings.step_seconds,
        run_seconds=settings.run_seconds,
        output_chars=settings.step_output_chars,
        loop_items=settings.loop_items,
        run_steps=settings.run_steps,
        lease_seconds=settings.lease_seconds,
        sweep_seconds=settings.sweep_seconds,
    )
    http = GuardedHttp(settings.http_allow)
    stack.push_async_callback(http.close)
    web = SerpApi(_value(settings.serpapi_api_key) or "", settings.serpapi_base_url)
    services = services_for(llm, web, http, knowledge)
    if streams is not None:
        hub = RelayedHub(streams)
    else:  # a SQLite file is written by this process; any other database may be written by others, too
        hub = Hub() if database.dialect == "sqlite" and settings.broker_url is None else Hub(poll_seconds=1.0)
    return Engine(database, REGISTRY, services, hub, limits, owner=new_id())


async def wire_runs(engine: Engine, broker: Sender | None, stack: AsyncExitStack) -> RunParts:
    """Runs are carried by workers in other processes, or by one in this process: it takes up what an earlier one left, and lets go in
    order at the end."""
    if broker is not None:
        doorbell = BrokerDoorbell(broker)
    else:
        doorbell = worker = Worker(engine)
        await worker.start()
        stack.push_async_callback(worker.stop, 5.0)
    return RunParts(database=engine.database, catalogue=CATALOGUE, doorbell=doorbell, hub=engine.hub, limits=engine.limits)


def wire_metrics(settings: Settings, app: FastAPI) -> Metrics | None:
    if settings.metrics == "off" and settings.metrics_token is None:
        return None
    metrics = Metrics()
    app.include_router(metrics_router(metrics, _value(settings.metrics_token)))
    return metrics


def wire_middleware(settings: Settings, app: FastAPI, metrics: Metrics | None) -> None:
    """The last one added sees a request first."""
    app.add_middleware(
        Guard, max_body=settings.max_body_bytes, max_upload=settings.max_upload_bytes, allowed_origins=settings.allowed_origins
    )
    if settings.allowed_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(settings.allowed_origins),
            allow_credentials=True,
            allow_methods=["*"],
            allow_headers=["*"],
            expose_headers=["X-Request-Id"],
        )
    app.add_middleware(CatchSurprises)
    app.add_middleware(SecurityHeaders, script_hashes=script_hashes(settings.web_dir))
    app.add_middleware(RequestLog, metrics=metrics)


def _value(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None
