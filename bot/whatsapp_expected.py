"""The templates that Usher's own notices use on WhatsApp; docs/whatsapp.md has their words."""

from __future__ import annotations

from collections.abc import Mapping

# For whatever has no template of its own.
NEWS = "usher_news"
# The field for the reader's own link; a template may do without it.
LINK = "link"
EXPECTED: Mapping[str, tuple[str, ...]] = {
    "usher_invite": ("inviter", "group", "role"),
    "usher_welcome": ("person", "group"),
    "usher_contract": ("player", "group", "next"),
    "usher_rsvp": ("event", "when", "place", LINK),
    NEWS: ("text",),
}
