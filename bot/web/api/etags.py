"""ETags: which version of a thing somebody saw (RFC 9110), so that nobody changes it unseen."""

from __future__ import annotations

import hashlib
import re

from pydantic import BaseModel

from core.errors import Conflict

TAG = re.compile(r'(?:W/)?"([^"]*)"')


def etag_of(shown: BaseModel) -> str:
    """Of what is shown, so it changes with anything that its reader could see changing."""
    return f'"{hashlib.sha256(shown.model_dump_json().encode()).hexdigest()[:32]}"'


def check_match(if_match: str | None, current: BaseModel) -> None:
    """Raises Conflict when the header names other versions than the current one."""
    if if_match is None or if_match.strip() == "*":
        return
    if etag_of(current).strip('"') not in TAG.findall(if_match):
        raise Conflict("changed_meanwhile")
