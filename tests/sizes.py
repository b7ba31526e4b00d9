"""How much the long tests do: a size for every day, and with NIGHTLY=1 the one for the night."""

from __future__ import annotations

import os

NIGHTLY = os.environ.get("NIGHTLY", "") not in ("", "0")
KILLS = int(os.environ.get("KILLS", "1000" if NIGHTLY else "60"))
SECONDS_A_KILL = 8
PEOPLE, GROUPS = (50_000, 2_000) if NIGHTLY else (5_000, 200)
