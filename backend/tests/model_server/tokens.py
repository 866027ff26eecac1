"""Tokens as OpenAI's newer models count them (o200k_base, by the npm package gpt-tokenizer): vendors differ by a tenth or two."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PROGRAM = """
const { countTokens } = require("gpt-tokenizer/encoding/o200k_base");
const texts = JSON.parse(require("fs").readFileSync(0, "utf8"));
console.log(JSON.stringify(texts.map((text) => countTokens(text))));
"""


def count(texts: list[str]) -> list[int]:
    node = shutil.which("node")
    assert node, "Node.js is needed to count tokens."
    done = subprocess.run([node, "-e", PROGRAM], input=json.dumps(texts), capture_output=True, text=True, cwd=HERE, timeout=60, check=True)
    counted: list[int] = json.loads(done.stdout)
    return counted


def asked(bodies: list[dict[str, Any]]) -> list[int]:
    """Input tokens of requests in OpenAI's protocol: what is said, with its role, and the tools as JSON."""
    return count([json.dumps([body["messages"], body.get("tools", [])], ensure_ascii=False) for body in bodies])
