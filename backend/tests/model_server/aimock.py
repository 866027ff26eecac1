"""The npm package aimock: a real server that speaks OpenAI's and Gemini's protocols from a script. `npm ci` in this folder installs it."""

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
START_SECONDS = 20.0


def say(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


def call(*edits: dict[str, Any], tool: str = "edit_workflow") -> dict[str, Any]:
    return {"type": "toolCall", "name": tool, "arguments": json.dumps({"edits": list(edits)})}


def answers(user_message: str, *answers_in_turn: list[dict[str, Any]] | int) -> list[dict[str, Any]]:
    """What the server answers to a message that contains `user_message`, one after the other; a number is a status."""
    entries: list[dict[str, Any]] = []
    for index, answer in enumerate(answers_in_turn):
        match = {"userMessage": user_message, "turnIndex": index}
        if isinstance(answer, int):
            response: dict[str, Any] = {"error": {"message": "refused by the test", "type": "server_error"}, "status": answer}
        else:
            response = {"blocks": answer}
        entries.append({"match": match, "response": response})
    return entries


@contextmanager
def running(fixtures: list[dict[str, Any]], folder: Path) -> Generator[str]:
    """The server's address, without a path."""
    node, program = shutil.which("node"), HERE / "node_modules" / ".bin" / "llmock"
    assert node, "Node.js is needed to play a model's service."
    assert program.exists(), f"Run `npm ci` in {HERE.relative_to(HERE.parents[1])} first."
    script = folder / "fixtures.json"
    script.write_text(json.dumps({"fixtures": fixtures}))
    port = _free_port()
    log = (folder / "aimock.log").open("w")
    command = [node, str(program), "-p", str(port), "-f", str(script), "--chunk-size", "8", "--latency", "1", "--strict"]
    process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
    try:
        _wait_for(port, process, folder / "aimock.log")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)
        log.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text()
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"The server did not start: {log.read_text()}")
