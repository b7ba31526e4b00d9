"""Telegram's word for who opened a Mini App: taken as it was signed, of now, for our bot alone."""

import base64
import hashlib
import hmac
import json
import re
from datetime import datetime, timedelta
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bot.web.init_data import PRODUCTION_KEY, BadInitData, Verifier
from tests.cast import NOW

TOKEN = "4242:AAexample-token-of-our-bot-000000000000000"
OTHER = "4343:AAexample-token-of-another-bot-00000000000"
TEST_KEY = bytes.fromhex("40055058a4ee38156a06562e52eece92a771bcd8346a8c4615cb7376eddf72ec")
DANA = {"id": 1004, "first_name": "Dana", "last_name": "Levi", "username": "dana"}


def signed(
    user: object = DANA, *, at: datetime = NOW, token: str = TOKEN, **more: str
) -> dict[str, str]:
    """As Telegram would hand it over, with the hash that the token's holder makes."""
    said = user if isinstance(user, str) else json.dumps(user)
    fields = {"auth_date": str(int(at.timestamp())), "query_id": "AAH", "user": said, **more}
    secret = hmac.new(b"WebAppData", token.encode(), hashlib.sha256).digest()
    lines = "\n".join(f"{name}={fields[name]}" for name in sorted(fields))
    return {**fields, "hash": hmac.new(secret, lines.encode(), hashlib.sha256).hexdigest()}


def refused(text: str, verifier: Verifier | None = None, *, now: datetime = NOW) -> bool:
    try:
        (verifier or Verifier(TOKEN)).read(text, now=now)
    except BadInitData:
        return True
    return False


def test_what_telegram_signed_is_believed() -> None:
    data = Verifier(TOKEN).read(urlencode(signed()), now=NOW)
    assert (data.sender.platform, data.sender.address) == ("telegram", "1004")
    assert (data.sender.name, data.sender.username) == ("Dana Levi", "dana")


def test_its_signature_is_part_of_what_the_hash_covers() -> None:
    assert not refused(urlencode(signed(signature="abc")))
    assert refused(urlencode({**signed(signature="abc"), "signature": "abd"}))


@pytest.mark.attack(35)
@pytest.mark.parametrize(
    "change",
    [
        {"user": json.dumps({**DANA, "id": 1001})},
        {"auth_date": str(int(NOW.timestamp()) + 1)},
        {"query_id": "AAI"},
        {"more": "x"},
        {"hash": "0" * 64},
        {"hash": "é" * 64},
        {"hash": ""},
    ],
)
def test_whatever_was_altered_is_refused(change: dict[str, str]) -> None:
    assert refused(urlencode({**signed(), **change}))


@pytest.mark.attack(35)
def test_another_bots_users_are_not_ours() -> None:
    assert refused(urlencode(signed(token=OTHER)))


@pytest.mark.attack(35)
@pytest.mark.parametrize("minutes", [-10, -60 * 24, 1, 60 * 24 * 365])
def test_the_stale_and_the_future_are_refused(minutes: int) -> None:
    assert refused(urlencode(signed(at=NOW + timedelta(minutes=minutes))))


@pytest.mark.attack(35)
@pytest.mark.parametrize("date", ["", "-1", "1e9", "٣", "9" * 12, "9" * 400, "nan"])
def test_a_date_is_a_date(date: str) -> None:
    assert refused(urlencode(signed(auth_date=date)))


@pytest.mark.attack(35)
@pytest.mark.parametrize("name", ["user", "hash", "auth_date"])
def test_a_name_that_comes_twice_is_refused(name: str) -> None:
    fields = signed()
    assert refused(urlencode([*fields.items(), (name, fields[name])]))


@pytest.mark.attack(35)
@pytest.mark.parametrize("name", ["user", "hash", "auth_date"])
def test_what_lacks_something_is_refused(name: str) -> None:
    fields = signed()
    del fields[name]
    assert refused(urlencode(fields))


@pytest.mark.attack(35, 59)
@pytest.mark.parametrize(
    "user",
    [
        [DANA],
        "Dana",
        "",
        "{",
        '{"id": NaN, "first_name": "Dana"}',
        '{"a":' * 200 + "1" + "}" * 200,
        {**DANA, "id": "1004"},
        {**DANA, "id": True},
        {**DANA, "id": 2**63},
        {**DANA, "id": -5},
        {**DANA, "is_bot": True},
        {"id": 1004},
        {**DANA, "first_name": ["Dana"]},
    ],
)
def test_a_user_is_a_user(user: object) -> None:
    assert refused(urlencode(signed(user)))


@pytest.mark.parametrize("text", ["", "&", "hash", "x" * 5000, "hash=%ff", "a=1&" * 50, "\ud800=1"])
def test_nonsense_is_refused(text: str) -> None:
    assert refused(text)


def by_telegram(key: Ed25519PrivateKey, *, bot_id: str = "4242") -> str:
    """Signed for a bot, with a hash that is somebody else's: the bot has another token now."""
    fields = signed(token=OTHER)
    told = {name: fields[name] for name in sorted(fields) if name != "hash"}
    lines = "\n".join(f"{name}={value}" for name, value in told.items())
    signature = base64.urlsafe_b64encode(key.sign(f"{bot_id}:WebAppData\n{lines}".encode()))
    return urlencode({**fields, "signature": signature.decode().rstrip("=")})


def public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


@pytest.mark.fault(60)
def test_while_the_token_changes_telegrams_own_signature_counts() -> None:
    key = Ed25519PrivateKey.generate()
    assert not refused(by_telegram(key), Verifier(TOKEN, public(key)))
    assert refused(by_telegram(key, bot_id="4343"), Verifier(TOKEN, public(key)))


@pytest.mark.attack(36)
def test_another_hash_does_not_make_other_words_of_what_telegram_signed() -> None:
    key = Ed25519PrivateKey.generate()
    verifier, words = Verifier(TOKEN, public(key)), by_telegram(key)
    anew = re.sub("hash=[0-9a-f]+", "hash=" + "0" * 64, words)
    seen = [verifier.read(one, now=NOW).proof for one in (words, anew)]
    assert words != anew
    assert seen[0] == seen[1]
    later = signed(at=NOW - timedelta(minutes=1))
    assert seen[0] != verifier.read(urlencode(later), now=NOW).proof


@pytest.mark.attack(37)
def test_by_any_other_key_it_is_refused_that_of_the_test_environment_included() -> None:
    key = Ed25519PrivateKey.generate()
    assert refused(by_telegram(key))
    assert PRODUCTION_KEY != TEST_KEY
    assert Verifier(TOKEN).key == PRODUCTION_KEY


@pytest.mark.attack(37)
@pytest.mark.parametrize("signature", ["", "a", "é", "A" * 86, "=" * 9])
def test_a_signature_that_is_none_is_refused(signature: str) -> None:
    assert refused(urlencode({**signed(token=OTHER), "signature": signature}))
