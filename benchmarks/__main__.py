"""`python -m benchmarks [name …] [--quick | --full] [--write]`: measures, and prints the table."""

from __future__ import annotations

import argparse
import asyncio
import gc
import sys
from collections.abc import Awaitable, Callable

from benchmarks import machine, table
from benchmarks.accepts import accepts
from benchmarks.backlog import backlog
from benchmarks.broadcasts import broadcasts
from benchmarks.dispatch import dispatch
from benchmarks.drain import drain
from benchmarks.flood import flood
from benchmarks.growth import growth
from benchmarks.guests import guests
from benchmarks.invites import invites
from benchmarks.pacing import pacing
from benchmarks.provisioning import provisioning
from benchmarks.rate import rate
from benchmarks.rest import rest
from benchmarks.rosters import rosters
from benchmarks.soak import soak
from benchmarks.start import fresh_clone, start
from benchmarks.table import Row
from benchmarks.updates import updates
from benchmarks.welcome import tap_to_welcome
from bot.loading import YOUNG
from core.database import take_short_turns

PICTURE = table.DOCS / "tap-to-welcome.svg"
Case = Callable[[], Awaitable[list[Row]]]


def cases(*, quick: bool, write: bool, full: bool = False) -> dict[str, Case]:
    """What can be measured. `quick` sizes show whether it works, not how fast it is; `full` ones
    take hours.
    """
    picture = PICTURE if write else None
    if quick:
        return {
            "clone": lambda: fresh_clone(rounds=1),
            "start": lambda: start(rounds=2),
            "welcome": lambda: tap_to_welcome(taps=20, picture=picture),
            "updates": lambda: updates(rounds=1, taps=20),
            "accepts": lambda: accepts(rounds=1, crowd=20),
            "drain": lambda: drain(sizes=(500,), rounds=1),
            "backlog": lambda: backlog(few=100, many=5_000, history=5_000, rounds=2),
            "rate": lambda: rate(crowd=200, rounds=1),
            "soak": lambda: soak(seconds=10),
            "flood": lambda: flood(updates=1_000),
            "dispatch": lambda: dispatch(taps=10, rounds=1),
            "pacing": lambda: pacing(crowd=1_000),
            "growth": lambda: growth(sizes=(1000, 10_000), rounds=3),
            "invites": lambda: invites(small=1_000, large=10_000, rounds=5),
            "provisioning": lambda: provisioning(groups=50, members=2_000, latency_s=0.1),
            "rosters": lambda: rosters(players=1_000),
            "guests": lambda: guests(sizes=(1_000, 5_000), rounds=3, listed=1_000),
            "broadcasts": lambda: broadcasts(people=2_000, alone=20),
            "rest": lambda: rest(size=1_000, large=5_000, requests=20, rounds=1, crowd_of=30),
        }
    return {
        "clone": lambda: fresh_clone(rounds=3),
        "start": lambda: start(rounds=7),
        "welcome": lambda: tap_to_welcome(taps=200, picture=picture),
        "updates": lambda: updates(rounds=5, taps=50),
        "accepts": lambda: accepts(rounds=7, crowd=100),
        "drain": lambda: drain(sizes=(10_000, 100_000), rounds=5),
        "backlog": lambda: backlog(
            few=1_000, many=1_000_000, history=10_000_000 if full else 1_000_000, rounds=9
        ),
        "rate": lambda: rate(crowd=10_000, rounds=3),
        "soak": lambda: soak(seconds=3600 if full else 600),
        "flood": lambda: flood(updates=50_000),
        "dispatch": lambda: dispatch(taps=300, rounds=5),
        "pacing": lambda: pacing(crowd=100_000),
        "growth": lambda: growth(sizes=(1000, 100_000, 1_000_000), rounds=60),
        "invites": lambda: invites(small=1_000, large=1_000_000, rounds=50),
        "provisioning": lambda: provisioning(groups=500, members=20_000, latency_s=0.1),
        "rosters": lambda: rosters(players=10_000),
        "guests": lambda: guests(sizes=(1_000, 100_000, 1_000_000), rounds=15, listed=10_000),
        "broadcasts": lambda: broadcasts(people=100_000, alone=100),
        "rest": lambda: rest(size=1_000, large=1_000_000, requests=300, rounds=5, crowd_of=200),
    }


def main(arguments: list[str]) -> int:
    """The exit status: 1 when a figure is past its limit."""
    names = list(cases(quick=False, write=False))
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"of {', '.join(names)}")
    parser.add_argument("--quick", action="store_true", help="small sizes, to try it out")
    parser.add_argument("--full", action="store_true", help="an hour of soak, a longer history")
    parser.add_argument("--write", action="store_true", help="keep the table in docs/")
    chosen = parser.parse_args(arguments)
    if unknown := set(chosen.names) - set(names):
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    if chosen.write and chosen.names:
        parser.error("--write keeps the whole table: leave the names out")
    take_short_turns()
    gc.collect()
    gc.freeze()  # as in the product, and for the peers too
    gc.set_threshold(*YOUNG)
    measured = cases(quick=chosen.quick, write=chosen.write, full=chosen.full)
    rows = asyncio.run(_run({name: measured[name] for name in chosen.names or names}))
    if chosen.write:
        table.write(f"{machine.describe()}\n\n{table.markdown(rows)}")
    return int(any(row.holds is False for row in rows))


async def _run(chosen: dict[str, Case]) -> list[Row]:
    rows: list[Row] = []
    for name, case in chosen.items():
        print(f"\n{name}", flush=True)
        found = await case()
        print(table.plain(found), flush=True)
        rows += found
    print(f"\n{machine.describe()}", flush=True)
    return rows


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
