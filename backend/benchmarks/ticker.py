"""The floor of live events: the same framework, each stream one line a second with its time in it, nothing behind it.

`python -m benchmarks.ticker`, with PORT set.
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator

import uvicorn
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

app = FastAPI()


@app.get("/api/health/live")
async def live() -> dict[str, str]:
    return {"status": "ok"}


@app.get("/ticks")
async def ticks() -> StreamingResponse:
    return StreamingResponse(_ticks(), media_type="text/event-stream")


async def _ticks() -> AsyncIterator[str]:
    at = time.monotonic()
    while True:  # by the clock, or streams that were once held up together would stay in step
        at += 1
        await asyncio.sleep(at - time.monotonic())
        yield f'data: {{"text":"at {time.time():.6f} "}}\n\n'


if __name__ == "__main__":
    uvicorn.run(app, port=int(os.environ["PORT"]), log_level="error")
