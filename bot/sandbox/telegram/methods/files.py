"""Where to download what people and the bot sent."""

from typing import Any

from bot.sandbox.telegram.errors import bad_request
from bot.sandbox.telegram.methods.call import Call, Method, string

LARGEST_DOWNLOAD = 20 * 1024 * 1024


def get_file(call: Call) -> dict[str, Any]:
    """File with the path for `/file/bot<token>/<path>`."""
    found = call.world.files.get(call.text("file_id"))
    if found is None:
        raise bad_request("invalid file_id")
    if len(found.data) > LARGEST_DOWNLOAD:
        raise bad_request("file is too big")
    return found.wire() | {"file_path": found.path}


METHODS = {"getFile": Method(get_file, {"file_id": string}, changes=False)}
