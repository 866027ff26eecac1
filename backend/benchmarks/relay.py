"""The floor of a turn: the same framework and client library, two rows stored in one transaction, the model's bytes passed on unread.

`python -m benchmarks.relay`, with PORT, OPENAI_BASE_URL and PARLEY_DATA_DIR set.
"""

import os
import sqlite3
from collections.abc import AsyncIterator

import httpx2
import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse

app = FastAPI()
client = httpx2.AsyncClient(timeout=60)
database = sqlite3.connect(os.environ["PARLEY_DATA_DIR"] + "/relay.db", isolation_level=None)


@app.get("/api/health/live")
async def live() -> dict[str, str]:
    return {"status": "ok"}


@app.post("/turn")
async def turn(request: Request) -> StreamingResponse:
    body = await request.body()
    database.execute("BEGIN IMMEDIATE")
    database.executemany("INSERT INTO messages VALUES (?)", [(body,), (b"",)])
    database.execute("COMMIT")
    return StreamingResponse(_relay(body), media_type="text/event-stream")


async def _relay(body: bytes) -> AsyncIterator[bytes]:
    async with client.stream("POST", os.environ["OPENAI_BASE_URL"] + "/chat/completions", content=body) as answer:
        async for piece in answer.aiter_raw():
            yield piece


if __name__ == "__main__":
    for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "CREATE TABLE messages (body BLOB)"):
        database.execute(statement)
    uvicorn.run(app, port=int(os.environ["PORT"]), log_level="error")
