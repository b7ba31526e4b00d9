"""A link as a picture to be scanned."""

from __future__ import annotations

import io

import segno

PIXELS = 8


def qr_png(link: str) -> bytes:
    """The link as a QR code, a PNG of `PIXELS` pixels a module."""
    picture = io.BytesIO()
    segno.make(link, error="m").save(picture, kind="png", scale=PIXELS, border=4)
    return picture.getvalue()


def qr_svg(link: str) -> bytes:
    """The link as a QR code that is sharp at any size."""
    picture = io.BytesIO()
    segno.make(link, error="m").save(picture, kind="svg", border=4, light="#fff", omitsize=True)
    return picture.getvalue()
