"""The command `parley`: serve, work for servers, make an account, score the planners, print the API's contract."""

import argparse
import asyncio
import gc
import getpass
import json
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import get_args

from sqlalchemy.exc import OperationalError

from parley.errors import ParleyError
from parley.planner.router import PlannerChoice
from parley.settings import Settings


def main(arguments: Sequence[str] | None = None) -> int:
    # Before numpy is imported, which reads it once. OpenBLAS's threads spin while they wait and starve others on small machines, and one is
    # as fast for one message: 12 ms for 32 word pieces, 27 for 64, 58 for 128.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    parser = argparse.ArgumentParser(prog="parley", description="A chat app in which every assistant turn draws a workflow.")
    commands = parser.add_subparsers(dest="command", required=True)

    serve_parser = commands.add_parser("serve", help="serve the app; migrates the database first")
    serve_parser.add_argument("--host", help="address to listen on (PARLEY_HOST)")
    serve_parser.add_argument("--port", type=int, help="port to listen on (PORT)")

    worker_parser = commands.add_parser("worker", help="carry runs and read documents for servers that share BROKER_URL and the database")
    worker_parser.add_argument("--concurrency", type=int, default=200, help="most runs carried at once (200)")
    worker_parser.add_argument("--health-port", type=int, help="answer GET on this port of loopback: 200 while it can work, else 503")

    user_parser = commands.add_parser("create-user", help="make an account; asks for the password, or reads it from a pipe")
    user_parser.add_argument("username")
    user_parser.add_argument("email")

    eval_parser = commands.add_parser("eval", help="play labelled conversations through a planner and print its score")
    eval_parser.add_argument("prompts", type=Path, help="one conversation per line, such as backend/evals/tuned.jsonl")
    eval_parser.add_argument("--planner", choices=get_args(PlannerChoice), help="who answers (PARLEY_PLANNER)")
    eval_parser.add_argument("--out", type=Path, help="write the diagram after every turn to this file")
    eval_parser.add_argument("--turns", action="store_true", help="print a line per turn, with what was missing, extra or wrong")
    eval_parser.add_argument("--calibration", action="store_true", help="print how often the built-in planner was right, by its confidence")

    commands.add_parser("openapi", help="print the OpenAPI description that the web client is generated from")

    given = parser.parse_args(arguments)
    try:
        match given.command:
            case "serve":
                settings = Settings()
                return serve(settings, host=given.host or settings.host, port=settings.port if given.port is None else given.port)
            case "worker":
                return work(Settings(), concurrency=given.concurrency, health_port=given.health_port)
            case "create-user":
                return asyncio.run(create_user(Settings(), username=given.username, email=given.email, password=_password()))
            case "eval":
                return asyncio.run(evaluate(Settings(), given))
            case "openapi":
                print(openapi(), end="")
                return 0
            case _:
                raise AssertionError(given.command)
    except ParleyError as error:
        print(error.message, file=sys.stderr)
        return 1
    except (OSError, OperationalError) as error:
        print(f"The server could not start: {error.__cause__ or error}", file=sys.stderr)
        return 1


def serve(settings: Settings, *, host: str, port: int) -> int:
    import uvicorn

    # What is imported and wired at the start stays until the end. Collecting garbage in it would slow the start, and walking through it
    # again and again would hold up every live stream for 0.1 s each time.
    gc.disable()
    from parley.app import create_app
    from parley.observability import configure_logging

    configure_logging(form=settings.log_format, level=settings.log_level)
    app = create_app(settings)
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        # Ours runs around the server, so that what goes wrong at the start is told in words.
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        # uvicorn would believe X-Forwarded-* of anything on this machine.
        proxy_headers=bool(settings.trust_proxy),
        forwarded_allow_ips=settings.trust_proxy or None,
        # Open event streams end at once; runs and turns go on from the database at the next start.
        timeout_graceful_shutdown=5,
    )
    server = uvicorn.Server(config)
    # Its own handlers would end the process before the lifespan has ended.
    setattr(server, "capture_signals", nullcontext)  # noqa: B010

    async def serve_until_stopped() -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, server.handle_exit, number, None)
        async with app.router.lifespan_context(app):
            gc.freeze()
            gc.enable()
            print(f"Parley is at http://{host if host != '127.0.0.1' else 'localhost'}:{port}", file=sys.stderr)
            await server.serve()

    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(serve_until_stopped())
    return 0 if server.started else 1


def work(settings: Settings, *, concurrency: int, health_port: int | None) -> int:
    from parley.observability import configure_logging
    from parley.work import work_until_stopped

    configure_logging(form=settings.log_format, level=settings.log_level)
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(work_until_stopped(settings, concurrency=concurrency, health_port=health_port))
    return 0


async def create_user(settings: Settings, *, username: str, email: str, password: str) -> int:
    from contextlib import AsyncExitStack

    from parley.app import wire_accounts, wire_database

    async with AsyncExitStack() as stack:
        accounts = wire_accounts(settings, await wire_database(settings, stack))
        user = await accounts.create_user(username=username, email=email, password=password)
    print(f"{user.username} can log in now.")
    return 0


class EvalsMissing(ParleyError):
    """The installation holds the app alone, without what scores it."""


async def evaluate(settings: Settings, given: argparse.Namespace) -> int:
    try:
        from evals import command
        from evals.play import Player
    except ModuleNotFoundError as error:
        if error.name not in ("evals", "networkx"):
            raise
        raise EvalsMissing(
            f"`parley eval` needs {error.name}, which is not installed here. Run it in a checkout that ./scripts/setup has set up."
        ) from error
    from contextlib import AsyncExitStack

    from parley.app import turn_budget, wire_models, wire_planners
    from parley.llm.models import Models
    from parley.llm.prices import read_prices

    async with AsyncExitStack() as stack:
        model_settings = wire_models(settings)
        models = Models(model_settings)
        stack.push_async_callback(models.aclose)
        player = Player(
            wire_planners(models if model_settings.any else None, sure=settings.sure, prices=read_prices(settings.prices)),
            given.planner or settings.planner,
            turn_budget(settings),
        )
        print(await command.run(given.prompts, player, out=given.out, each_turn=given.turns, calibration=given.calibration))
    return 0


def openapi() -> str:
    """The contract as sorted JSON; it depends on no setting."""
    from parley.app import create_app

    return json.dumps(create_app(Settings()).openapi(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _password() -> str:
    return getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
