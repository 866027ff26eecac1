"""Start and memory: `python -m benchmarks.start`. The floor is the same framework serving one route and opening one SQLite file."""

import statistics
import sys
import tempfile
import time

from benchmarks.server import machine, pss_mb, started

FLOOR = """
import asyncio, os, sqlite3
import uvicorn
from fastapi import FastAPI
from pydantic_settings import BaseSettings
import sqlalchemy.ext.asyncio
app = FastAPI()
database = sqlite3.connect(":memory:")
@app.get("/api/health/live")
async def live() -> dict[str, str]: return {"status": "ok"}
uvicorn.run(app, port=int(os.environ["PORT"]), log_level="error")
"""
ROUNDS = 7


def main() -> None:
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        settings = {"PARLEY_DATA_DIR": folder}
        with started(settings):
            pass  # the first start makes the database; what is measured is every later one
        for name, command in (("parley", None), ("floor", [sys.executable, "-c", FLOOR])):
            seconds: list[float] = []
            for _ in range(ROUNDS):
                with started(settings, command) as served:
                    seconds.append(served.seconds_to_first_200)
            with started(settings, command) as served:
                time.sleep(10)
                memory = pss_mb(served.pid)
            print(f"{name:8} start to first 200: {statistics.median(seconds):.2f} s   memory after 10 s, unused: {memory:.0f} MB")


main()
