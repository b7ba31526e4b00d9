"""A service to measure, in a process of its own: `python -m benchmarks.rest_host kind url file`.

It prints the port that it listens on, and ends with SIGTERM. The `product` holds in memory what a
bot holds. Where requests are `recorded`, their statements are in the file when it has ended; the
`bare` handler replays them from there.
"""

from __future__ import annotations

import asyncio
import signal
import sys

from bot.loading import begin_loading, end_loading

if __name__ == "__main__":
    begin_loading()

from benchmarks.rest_service import KINDS
from bot.logs import set_up_logs
from core.database import Database, take_short_turns


async def main(kind: str, url: str, file: str) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    database = Database(url)
    async with KINDS[kind](database, file) as port:
        print(port, flush=True)
        await stop.wait()
    await database.close()


if __name__ == "__main__":
    end_loading("bot.app")
    take_short_turns()
    # Each request is logged as in the product; nobody needs to read it here.
    set_up_logs(log_format="json", level="WARNING", secrets=[])
    asyncio.run(main(*sys.argv[1:]))
