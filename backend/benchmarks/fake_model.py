"""A model server that costs nearly nothing: OpenAI's streaming protocol, a first token after a fixed time, then one token at a time.

`python -m benchmarks.fake_model PORT [SECONDS_TO_FIRST] [TOKENS] [SECONDS_BETWEEN] [timed]`; with `timed`, a token is the
time at which it was sent. Bare sockets, so that it is faster than what is measured with it.
"""

import asyncio
import json
import sys
import time

_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
_MODELS = b'{"object":"list","data":[{"id":"fake","object":"model"}]}'


def main() -> None:
    given = dict(enumerate(sys.argv[1:]))
    asyncio.run(_serve(int(given[0]), float(given.get(1, 0.05)), int(given.get(2, 5)), float(given.get(3, 0.0)), timed="timed" in sys.argv))


async def _serve(port: int, to_first: float, tokens: int, between: float, *, timed: bool) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            try:
                head = await reader.readuntil(b"\r\n\r\n")
                await reader.readexactly(_length(head))
                if head.startswith(b"GET"):
                    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(_MODELS), _MODELS))
                    continue
                await asyncio.sleep(to_first)
                writer.write(_HEAD)
                begun = time.monotonic()
                for number in range(tokens):
                    writer.write(_chunk({"role": "assistant", "content": f"at {time.time():.6f} " if timed else f"word{number} "}, None))
                    if between:  # by the clock, or answers that were once held up together would stay in step
                        await asyncio.sleep(begun + (number + 1) * between - time.monotonic())
                end = b"data: [DONE]\n\n"
                writer.write(_chunk({}, "stop") + b"%x\r\n%s\r\n0\r\n\r\n" % (len(end), end))
                await writer.drain()
            except (asyncio.IncompleteReadError, ConnectionError):
                writer.close()
                return

    server = await asyncio.start_server(answer, "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


def _length(head: bytes) -> int:
    return next((int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")), 0)


def _chunk(delta: dict[str, str], finish: str | None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    event = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "fake", "choices": [choice]}
    data = b"data: " + json.dumps(event).encode() + b"\n\n"
    return b"%x\r\n%s\r\n" % (len(data), data)


if __name__ == "__main__":
    main()
