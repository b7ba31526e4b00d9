"""Where no e-mail is set up."""

from core.database import Database
from core.invites.whom import EMAIL
from core.mail.mailing import SENDER_NOTE
from core.platform_notes import forget


async def unplugged(database: Database) -> None:
    """No mail leaves this Usher, and so none is promised."""
    await database.write(lambda s: forget(s, platform=EMAIL, name=SENDER_NOTE))
