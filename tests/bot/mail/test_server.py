"""The mail server and the sender, as the settings name them."""

from __future__ import annotations

import pytest

from bot.config import load_settings
from bot.mail.server import MailServer, Origin


def origin(**given: str) -> Origin:
    environ = {f"USHER_{name.upper()}": text for name, text in given.items()}
    return Origin.of(load_settings(environ, env_file=None))


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", MailServer("mail.example", 587)),
        ("smtps://mail.example", MailServer("mail.example", 465, tls=True)),
        ("smtp://mail.example:2525", MailServer("mail.example", 2525)),
        (
            "smtp://me%40club.example:p%40ss%2Fw@mail.example",
            MailServer("mail.example", 587, user="me@club.example", password="p@ss/w"),
        ),
    ],
)
def test_a_url_names_the_server(url: str, server: MailServer) -> None:
    assert MailServer.from_url(url) == server


def test_a_password_is_not_shown() -> None:
    assert "s3cret" not in repr(MailServer.from_url("smtp://me:s3cret@mail.example"))


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ({"mail_from": "Usher <usher@club.example>"}, "usher@club.example"),
        ({"mail_from": "usher@bücher.example"}, "usher@xn--bcher-kva.example"),
        ({"smtp_url": "smtp://me%40club.example:x@mail.example"}, "me@club.example"),
        ({"public_url": "https://u.club.example"}, "usher@u.club.example"),
        ({}, "usher@localhost"),
    ],
)
def test_the_sender_is_named_or_follows_from_the_rest(given: dict[str, str], address: str) -> None:
    assert origin(**given).address == address
