"""Hundreds of requests made up from the contract, against the real server: no fault, and every answer as the contract says."""

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest

from tests.api.bodies import CONTRACT, Things
from tests.conftest import SignUp

BACKEND = Path(__file__).parents[2]
SCHEMATHESIS = Path(sys.executable).parent / "schemathesis"
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "ignored_auth",
    "use_after_free",
)
# The contract says neither which of its sound texts are no name, no cursor, no password, nor which ids exist: refusing is fine.
# Logging out would leave everything after it with 401.
OPTIONS = (
    f"--checks={','.join(CHECKS)}",
    "--exclude-operation-id=logout",
    "--phases=fuzzing,stateful",
    "--max-examples=6",
    "--seed=2",
    "--generation-deterministic",
    "--no-shrink",
    "--continue-on-failure",
    "--warnings=off",
    "--request-timeout=20",
)


@pytest.mark.one_database
async def test_any_request_is_answered_as_the_contract_says(live_server: str, sign_up: SignUp, tmp_path: Path) -> None:
    ada = await sign_up("ada")
    await Things(ada).make()
    (tmp_path / "openapi.json").write_text(json.dumps(CONTRACT))
    told = await asyncio.create_subprocess_exec(
        *(str(SCHEMATHESIS), "run", str(tmp_path / "openapi.json"), f"--url={live_server}", *OPTIONS),
        f"--header=Authorization: {ada.headers['Authorization']}",
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(BACKEND), "SCHEMATHESIS_HOOKS": "tests.api.address_limit"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await told.communicate()
    assert told.returncode == 0, said.decode()
