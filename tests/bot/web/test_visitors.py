"""What a browser tells of whoever uses it, and what it can't make us believe."""

import pytest
from aiohttp.test_utils import make_mocked_request

from bot.texts import Reader
from bot.web.visitors import address_of, reader_of


def seen_from(remote: str, forwarded: str | None = None) -> str:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    return address_of(make_mocked_request("GET", "/", headers=headers).clone(remote=remote))


@pytest.mark.parametrize(
    ("remote", "forwarded", "address"),
    [
        pytest.param("198.51.100.7", None, "198.51.100.7", id="without a proxy"),
        pytest.param("8.8.8.8", "1.1.1.1", "8.8.8.8", id="a stranger names somebody else"),
        pytest.param("127.0.0.1", "8.8.8.8", "8.8.8.8", id="our proxy"),
        pytest.param("10.0.0.3", "6.6.6.6, 8.8.8.8", "8.8.8.8", id="a stranger wrote before it"),
        pytest.param("127.0.0.1", "nonsense", "127.0.0.1", id="unreadable"),
        pytest.param("2606:4700:1:2:3::9", None, "2606:4700:1:2::/64", id="a household's /64"),
        pytest.param("::ffff:8.8.4.4", None, "8.8.4.4", id="IPv4 in IPv6"),
    ],
)
@pytest.mark.attack(23)
def test_guesses_are_counted_by_the_address_that_is_known(
    remote: str, forwarded: str | None, address: str
) -> None:
    assert seen_from(remote, forwarded) == address


@pytest.mark.parametrize(
    "asked",
    ["", "en-GB,en;q=0.9", "xx", "he;q=0.1, en", "*", ",,;q=,\u00e9", "en;q=nan", "x" * 999],
)
def test_whatever_language_is_asked_for_there_is_one(asked: str) -> None:
    request = make_mocked_request("GET", "/", headers={"Accept-Language": asked})
    assert reader_of(request, Reader("en", "Asia/Jerusalem")) == Reader("en", "Asia/Jerusalem")
