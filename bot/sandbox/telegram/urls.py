"""Which addresses Telegram takes in links and buttons."""

import re
from urllib.parse import parse_qs, urlsplit


def refusal(url: str) -> str | None:
    """Why Telegram refuses this address, in its words; None when it takes it."""
    if not url:
        return "URL must be non-empty"
    parts = urlsplit(url if "://" in url or url.startswith("mailto:") else f"http://{url}")
    if parts.scheme in ("tg", "ton", "tonsite", "mailto"):
        return None
    if parts.scheme not in ("http", "https"):
        return "Unsupported URL protocol"
    host = parts.hostname or ""
    if not re.fullmatch(r"[^\s./@]+(\.[^\s./@]+)+", host) and not host.startswith("["):
        return "Wrong HTTP URL"
    return None


def checked_link(url: str) -> str | None:
    """The address as Telegram stores it; None when it would drop the link silently."""
    if refusal(url) is not None:
        return None
    with_scheme = url if "://" in url or url.startswith("mailto:") else f"http://{url}"
    parts = urlsplit(with_scheme)
    bare = parts.scheme in ("http", "https") and not parts.path
    return f"{with_scheme}/" if bare and not parts.query and not parts.fragment else with_scheme


def mentioned_user_id(url: str) -> int | None:
    """The person in `tg://user?id=…`."""
    if not url.startswith("tg://user?"):
        return None
    number = parse_qs(urlsplit(url).query).get("id", [""])[0]
    return int(number) if number.isascii() and number.isdigit() else None
