"""Front: what every page stands on."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from bot.texts import Reader
from bot.web.cookies import Jar
from bot.web.init_data import BadInitData, InitData, Verifier
from core.database import Database, attempt
from core.errors import Conflict, CoreError

T = TypeVar("T")
TRIES = 3


class Overtaken(Exception):
    """Another unit merged or erased the person meanwhile: nothing was changed, run it again."""


def _nowhere(token: str) -> None:
    """Where no link leads into a chat."""


@dataclass(frozen=True, slots=True)
class Front:
    """`public_url` is where browsers find us, without a slash at the end; `reader` is who reads
    when nothing is known of them. `telegram_link` makes a link into our private chat of an invite's
    token, once Telegram has told our name. `by_email`: whether e-mail can be sent. `verifier` reads
    what Telegram hands to our Mini App. `now` tells UTC.
    """

    database: Database
    now: Callable[[], datetime]
    public_url: str
    reader: Reader
    system_admins: frozenset[str] = frozenset()
    telegram_link: Callable[[str], str | None] = _nowhere
    by_email: bool = False
    verifier: Verifier | None = None

    @property
    def jar(self) -> Jar:
        return Jar(secure=self.public_url.startswith("https:"))

    def init_data(self, text: str) -> InitData:
        """Raises BadInitData."""
        if self.verifier is None:
            raise BadInitData
        return self.verifier.read(text, now=self.now())

    async def look(self, unit: Callable[[Session], T]) -> T:
        """Run what only reads. What a refusal leaves behind is kept all the same.

        Raises what `unit` raises, and DatabaseUnavailable.
        """
        try:
            return await self.database.read(unit)
        except CoreError as error:
            if error.aftermath is not None:
                await self.database.write(error.aftermath)
            raise

    async def do(self, unit: Callable[[Session], T]) -> T:
        """Run a verb: a refusal undoes it but not what the refusal leaves behind. One that was
        overtaken runs again.

        Raises what `unit` raises, and DatabaseUnavailable.
        """
        for _ in range(TRIES):
            with suppress(Overtaken):
                return await self._do(unit)
        raise Conflict("busy")

    async def _do(self, unit: Callable[[Session], T]) -> T:
        def run(session: Session) -> T | CoreError:
            try:
                return attempt(session, lambda: unit(session))
            except CoreError as refusal:
                return refusal

        done = await self.database.write(run)
        if isinstance(done, CoreError):
            raise done
        return done
