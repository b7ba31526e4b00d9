"""GroupyAPI, an independent client: it pins libraries that we can't have beside ours."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path

import pytest

from bot.sandbox.server import GROUPME_TOKEN, Sandbox
from tests.bot.sandbox.client import TOKEN

SCRIPT = Path(__file__).with_name("groupy_script.py")
# An environment of its own: `python -m venv …; …/bin/pip install GroupyAPI==0.10.3`.
VARIABLE = "USHER_TEST_GROUPY_PYTHON"


async def test_another_client_finds_its_way_about() -> None:
    python = os.environ.get(VARIABLE)
    if not python:
        pytest.skip(f"GroupyAPI is not installed: {VARIABLE} names no interpreter that has it")
    sandbox = Sandbox(TOKEN)
    await sandbox.start()
    sandbox.groupme.add_bot(sandbox.groupme.find_group("Tigers").id, "")
    try:
        told = await _run(python, sandbox.groupme_url)
    finally:
        await sandbox.stop()
    assert (told["me"], told["group"]) == ("Club account", "Tigers")
    assert told["members"] == ["Club account", "Dana", "Erin"]
    assert told["texts"] == ["hello from a bot", "hello from another client"]


async def _run(python: str, root: str) -> dict[str, object]:
    process = await asyncio.create_subprocess_exec(
        python, str(SCRIPT), root, GROUPME_TOKEN, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    found: dict[str, object] = json.loads(output)
    return found
