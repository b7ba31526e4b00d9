"""The outbox job against the sandbox: what each answer of Telegram means for a welcome."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import update

from bot.channels.telegram import TelegramChannel
from bot.ground import Ground
from bot.pacing import Pacing
from bot.sandbox.faults import Fault
from bot.sandbox.server import Sandbox
from bot.telegram_api import make_bot
from bot.texts import Reader
from bot.worker import OutboxJob
from core.access import MemberState
from core.chats import Chat
from core.chats.moves import move_room
from core.deliveries import Delivery, DeliveryStatus
from core.deliveries.retry import RetryPolicy
from core.facts import MemberExpelled, MemberJoined
from core.outbox import EventStatus, OutboxEvent, record
from core.people import find_identity, mark_reachable
from tests.bot.web.conftest import locked
from tests.cast import Cast
from tests.conftest import opened
from tests.faults.rig import BOB, DANA, TOKEN, until

PENDING, SENDING, SENT, _, _, FAILED, DEAD, UNCERTAIN, CANCELLED = DeliveryStatus
# The scripted answers to a send that leave everything as it was.
PASSING = [
    {"status": 500},
    {"status": 502, "body": "<html>bad gateway</html>"},
    {"status": 200, "body": "<html>captive portal</html>"},
    {"status": 429, "description": "Too Many Requests"},
]


@dataclass
class Post:
    """A job, rooms for its welcomes, and what came of them."""

    cast: Cast
    sandbox: Sandbox
    job: OutboxJob
    ground: Ground

    async def room(self, *, kind: str = "supergroup") -> int:
        """One more room that hears of the Tigers."""
        room = self.sandbox.telegram.add_room("Room", owner_id=DANA, kind=kind, with_bot=True)
        await self.cast.bind(str(room.id))
        return room.id

    async def join(self, times: int = 1) -> None:
        """Bob joins, each time by another invite."""
        tigers, bob = self.cast.tigers.id, self.cast.bob.id
        for number in range(times):
            fact = MemberJoined(group_id=tigers, person_id=bob, invite_id=number)
            await self.cast.write(partial(record, fact=fact, now=self.cast.now))

    async def come_to(self, *statuses: DeliveryStatus) -> list[Delivery]:
        """The deliveries, once they stand so, in the order of their ids."""

        async def look() -> list[Delivery]:
            found = await self.cast.rows(Delivery)
            return found if tuple(row.status for row in found) == statuses else []

        return await until(look)

    async def postponed(self) -> Delivery:
        """The only delivery, once it was tried and waits again."""

        async def look() -> list[Delivery]:
            found = await self.cast.rows(Delivery)
            return [row for row in found if row.status is PENDING and row.last_error]

        (row,) = await until(look)
        return row

    def heard(self, room: int) -> list[int | None]:
        """The ids of the bot's messages in a room."""
        bot = self.sandbox.telegram.bot.id
        said = self.sandbox.telegram.messages(room)
        return [one.message_id for one in said if one.from_id == bot]

    def outcomes(self, outcome: str) -> float:
        labels = {"channel": "telegram", "outcome": outcome}
        name = "usher_messages_sent_total"
        return self.ground.metrics.registry.get_sample_value(name, labels) or 0.0


@pytest.fixture
async def post(sqlite_cast: Cast, sandbox: Sandbox) -> AsyncIterator[Post]:
    async with make_bot(TOKEN, sandbox.url) as bot:
        unpaced = Pacing({}, lambda: sqlite_cast.clock().timestamp())
        ground = Ground(sqlite_cast.database, sqlite_cast.clock, pacing=unpaced)
        job = OutboxJob(
            ground,
            {"telegram": TelegramChannel(bot)},
            reader=Reader("en", "UTC"),
            policy=RetryPolicy(jitter=0.0),
        )
        yield Post(sqlite_cast, sandbox, job, ground)
        await asyncio.wait_for(job.stop(), 5)


async def test_the_commit_alone_brings_the_welcome_into_the_room(post: Post) -> None:
    room = await post.room()
    await post.join()
    (row,) = await post.come_to(SENT)
    assert [row.provider_id] == [str(number) for number in post.heard(room)]
    assert (row.attempts, row.sent_at, post.outcomes("sent")) == (1, post.cast.now, 1)


async def test_what_one_tick_has_written_down_needs_no_second(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.worker.LINGER_S", 3600)
    await post.room()
    await post.join()
    await until(lambda: asyncio.sleep(0, post.job._lingering))  # its outcome waits for company
    await post.job.tick()
    await post.come_to(SENT)
    assert post.job._lingering is None


async def test_many_messages_to_one_room_keep_their_order(post: Post) -> None:
    room = await post.room()
    await post.join(25)
    sent = await post.come_to(*[SENT] * 25)
    assert [row.provider_id for row in sent] == [str(number) for number in post.heard(room)]


async def test_more_rooms_than_senders_all_hear_of_it(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.senders.MOST", 10)
    rooms = [await post.room() for _ in range(15)]
    await post.join(2)
    await post.come_to(*[SENT] * (2 * len(rooms)))
    assert {len(post.heard(room)) for room in rooms} == {2}


@pytest.mark.fault(15)
async def test_one_stuck_room_delays_nobody(post: Post) -> None:
    stuck, free = await post.room(), await post.room()
    post.sandbox.faults.add(Fault("sendMessage", chat_id=stuck, delay_s=600))
    await post.join(3)
    await post.come_to(SENDING, SENT, PENDING, SENT, PENDING, SENT)
    assert len(post.heard(free)) == 3
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(post.job.stop(), 0.1)


@pytest.mark.fault(31)
async def test_a_429_makes_its_room_wait_as_long_as_asked_and_costs_no_try(post: Post) -> None:
    limited, free = await post.room(), await post.room()
    wait = {"retry_after": 37}
    post.sandbox.faults.add(Fault("sendMessage", chat_id=limited, status=429, parameters=wait))
    await post.join()
    (row, _) = await post.come_to(PENDING, SENT)
    assert (row.attempts, row.due_at) == (0, post.cast.now + timedelta(seconds=37))
    post.cast.clock.advance(seconds=36.9)
    await post.job.tick()
    assert (post.heard(limited), len(post.heard(free))) == ([], 1)
    post.cast.clock.advance(seconds=0.1)
    await post.job.tick()
    (row, _) = await post.come_to(SENT, SENT)
    assert row.attempts == 1


@pytest.mark.fault(31)
async def test_what_comes_after_a_429_in_the_same_room_waits_too(post: Post) -> None:
    room = await post.room()
    wait = {"retry_after": 37}
    post.sandbox.faults.add(Fault("sendMessage", status=429, parameters=wait))
    await post.join(2)
    await post.postponed()
    await post.job.tick()
    assert post.heard(room) == []


@pytest.mark.fault(32)
@pytest.mark.fault(13)
@pytest.mark.parametrize("script", PASSING)
async def test_an_answer_that_says_nothing_is_tried_again_later(
    script: dict[str, object], post: Post
) -> None:
    room = await post.room()
    post.sandbox.faults.add(Fault("sendMessage", **script))  # type: ignore[arg-type]
    await post.join()
    row = await post.postponed()
    assert (row.attempts, row.due_at) == (1, post.cast.now + timedelta(minutes=1))
    assert post.heard(room) == []
    post.cast.clock.advance(minutes=1)
    await post.job.tick()
    await post.come_to(SENT)


@pytest.mark.fault(33)
@pytest.mark.parametrize("script", [{"drop": "after"}, {"delay_s": 600}])
async def test_a_send_without_an_answer_is_uncertain_and_not_repeated(
    script: dict[str, object], post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram_api.READ_TIMEOUT_S", 0.2)
    room = await post.room()
    post.sandbox.faults.add(Fault("sendMessage", **script))  # type: ignore[arg-type]
    await post.join()
    await post.come_to(UNCERTAIN)
    post.cast.clock.advance(days=2)
    await post.job.tick()
    await post.come_to(UNCERTAIN)
    assert (len(post.heard(room)), post.outcomes("uncertain")) == (1, 1)


@pytest.mark.fault(33)
async def test_after_an_uncertain_message_the_room_s_next_one_is_sent(post: Post) -> None:
    await post.room()
    post.sandbox.faults.add(Fault("sendMessage", drop="after"))
    await post.join(2)
    await post.come_to(UNCERTAIN, SENT)


@pytest.mark.fault(34)
async def test_a_refused_connection_is_tried_again_and_repeats_nothing(post: Post) -> None:
    room, port = await post.room(), int(post.sandbox.url.rpartition(":")[2])
    await post.sandbox.stop()
    await post.join()
    row = await post.postponed()
    assert (row.attempts, "connection" in str(row.last_error)) == (1, True)
    await post.sandbox.start(port=port)
    post.cast.clock.advance(minutes=1)
    await post.job.tick()
    await post.come_to(SENT)
    assert len(post.heard(room)) == 1


@pytest.mark.fault(35)
async def test_a_400_is_final_after_one_call(post: Post) -> None:
    room = await post.room()
    refusal = "Bad Request: not enough rights to send text messages to the chat"
    post.sandbox.faults.add(Fault("sendMessage", status=400, description=refusal))
    await post.join()
    (row,) = await post.come_to(FAILED)
    assert (row.attempts, "Not enough rights" in str(row.last_error)) == (1, True)
    post.cast.clock.advance(days=2)
    await post.job.tick()
    assert post.heard(room) == []


@pytest.mark.fault(36)
@pytest.mark.parametrize("service_first", [True, False])
async def test_a_room_that_moved_is_followed_once_and_told_once(
    service_first: bool, post: Post
) -> None:
    old = await post.room(kind="group")
    new = post.sandbox.telegram.migrate(old).id

    async def service_message() -> None:
        await post.cast.write(
            lambda s: move_room(s, platform="telegram", old=str(old), new=str(new))
        )

    if service_first:
        await asyncio.gather(post.join(), service_message())
    else:
        await post.join()
    (row,) = await post.come_to(SENT)
    await service_message()
    (chat,) = await post.cast.rows(Chat)
    assert (chat.address, row.address, row.attempts) == (str(new), str(new), 1)
    assert len(post.heard(new)) == 1


@pytest.mark.fault(37)
async def test_a_403_marks_the_person_unreachable_until_they_let_us_again(post: Post) -> None:
    alice = post.cast.alice.sender
    post.sandbox.faults.add(
        Fault("sendMessage", status=403, description="Forbidden: bot was blocked by the user")
    )
    await post.cast.bind(alice.address)
    await post.cast.write(lambda s: mark_reachable(s, platform="telegram", address=alice.address))
    await post.join()
    await post.come_to(FAILED)
    assert await _reachable(post, alice.address) is False


@pytest.mark.fault(12)
async def test_a_fact_that_nobody_knows_is_dead_with_its_reason(post: Post) -> None:
    await post.room()
    await post.join()
    await post.come_to(SENT)
    kind = {"event_type": "member.vanished", "status": EventStatus.PENDING}
    await post.cast.write(lambda s: s.execute(update(OutboxEvent).values(kind)).close())
    await post.job.tick()
    (event,) = await post.cast.rows(OutboxEvent)
    assert (event.status, "member.vanished" in str(event.last_error)) == (EventStatus.DEAD, True)


@pytest.mark.fault(12)
@pytest.mark.parametrize(
    ("change", "reason"),
    [({"kind": "farewell"}, "farewell"), ({"channel": "pigeon"}, "pigeon")],
)
async def test_a_delivery_of_a_kind_that_nobody_knows_is_dead_with_its_reason(
    change: dict[str, str], reason: str, post: Post
) -> None:
    await _queue_changed(post, change)
    await post.job.tick()
    (row,) = await post.come_to(DEAD)
    assert reason in str(row.last_error)


@pytest.mark.fault(12)
async def test_a_corrupt_payload_is_dead_with_its_reason(post: Post) -> None:
    await _queue_changed(post, {})
    corrupt = {"payload": {"group_id": "seven"}}
    await post.cast.write(lambda s: s.execute(update(OutboxEvent).values(corrupt)).close())
    await post.job.tick()
    (row,) = await post.come_to(DEAD)
    assert "unreadable payload" in str(row.last_error)


@pytest.mark.fault(11)
async def test_a_bug_in_a_channel_leaves_it_uncertain_and_repeats_nothing(post: Post) -> None:
    await post.room()
    post.sandbox.faults.add(Fault("sendMessage", body='{"ok": true, "result": {"date": "never"}}'))
    await post.join()
    (row,) = await post.come_to(UNCERTAIN)
    assert (row.attempts, row.lost_claims) == (1, 0)
    assert row.last_error


@pytest.mark.fault(11)
async def test_a_bug_in_an_act_is_tried_again(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("a slip")

    monkeypatch.setattr(TelegramChannel, "send", broken)
    await post.room()
    await post.cast.part(post.cast.bob, MemberState.REMOVED)
    out = MemberExpelled(group_id=post.cast.tigers.id, person_id=post.cast.bob.id, ban=False)
    await post.cast.write(partial(record, fact=out, now=post.cast.now))
    assert (await post.postponed()).last_error == "RuntimeError: a slip"


async def test_who_has_left_meanwhile_is_not_welcomed(post: Post) -> None:
    room = await post.room()
    await post.cast.part(post.cast.bob, MemberState.LEFT)
    await post.join()
    await post.come_to(CANCELLED)
    assert post.heard(room) == []


@pytest.mark.fault(23)
async def test_what_was_sent_while_the_database_is_locked_is_not_sent_again(
    sqlite_database_url: str, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.worker.PAUSE_S", 0.01)
    room = await post.room()
    async with opened(sqlite_database_url, busy_timeout_s=0.02) as impatient:
        monkeypatch.setattr(post.job._books, "_database", impatient)
        post.sandbox.faults.add(Fault("sendMessage", delay_s=0.3))
        await post.join()
        await post.sandbox.telegram.wait_for(lambda: post.heard(room), 10)
        with ExitStack() as lock:
            async with post.job._ticking:  # no tick may hold the lock that this loop waits for
                lock.enter_context(locked(post.cast.database))
            await until(_something_is_told(post))
            await post.job.tick()
            assert post.job._stock.outcomes
        (row,) = await post.come_to(SENT)
        await post.job.stop()
    assert (len(post.heard(room)), row.lost_claims) == (1, 0)


@pytest.mark.fault(23)
async def test_a_tick_outlives_a_locked_database(
    sqlite_database_url: str, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    await post.room()
    async with opened(sqlite_database_url, busy_timeout_s=0.02) as impatient:
        monkeypatch.setattr(post.job._books, "_database", impatient)
        with locked(impatient):
            await post.job.tick()
            assert post.ground.progress.last_outbox_tick is None
        await post.join()
        await post.come_to(SENT)
        await post.job.stop()
        assert post.ground.progress.last_outbox_tick is not None


async def test_a_platform_that_keeps_its_limits_refuses_nothing(post: Post) -> None:
    vars(post.ground.pacing).update(vars(Pacing()))
    rooms = [await post.room() for _ in range(20)]
    post.sandbox.limits.switch(enabled=True)
    await post.join(2)
    await post.come_to(*[SENT] * (2 * len(rooms)))
    assert post.outcomes("refused") == 0


@pytest.mark.fault(7)
async def test_the_lease_of_a_long_send_is_extended(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.senders.HEARTBEAT_S", 0.02)
    room = await post.room()
    post.sandbox.faults.add(Fault("sendMessage", delay_s=600))
    await post.join()
    (begun,) = await post.come_to(SENDING)
    await post.sandbox.telegram.wait_for(lambda: post.heard(room), 10)

    async def look() -> bool:
        (row,) = await post.cast.rows(Delivery)
        return bool(row.lease_until and begun.lease_until and row.lease_until > begun.lease_until)

    await until(look)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(post.job.stop(), 0.1)


async def test_an_outcome_that_breaks_its_transaction_takes_no_other_along(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a slip")

    monkeypatch.setattr("bot.telling.mark_unreachable", broken)
    lost, fine = await post.room(), await post.room()
    post.sandbox.faults.add(Fault("sendMessage", chat_id=lost, status=403, description="Forbidden"))
    await post.join()
    await post.come_to(SENDING, SENT)
    assert (post.heard(lost), len(post.heard(fine))) == ([], 1)


@pytest.mark.fault(17)
async def test_a_stop_waits_for_the_send_and_claims_no_more(post: Post) -> None:
    room = await post.room()
    post.sandbox.faults.add(Fault("sendMessage", delay_s=0.3))
    await post.join(2)
    await post.sandbox.telegram.wait_for(lambda: post.heard(room), 10)
    await post.job.stop()
    await post.come_to(SENT, PENDING)


@pytest.mark.fault(18)
async def test_ticks_that_overlap_send_nothing_twice(post: Post) -> None:
    room = await post.room()
    await asyncio.gather(post.join(5), *(post.job.tick() for _ in range(20)))
    await post.come_to(*[SENT] * 5)
    assert len(post.heard(room)) == 5


async def _queue_changed(post: Post, change: dict[str, str]) -> None:
    """A welcome that waits and then differs, as a careless hand or another version leaves it."""
    await post.cast.bind(str(BOB))
    post.sandbox.faults.add(Fault("sendMessage", status=500))
    await post.join()
    await post.postponed()
    fresh = change | {"attempts": 0, "due_at": post.cast.now, "last_error": None}
    await post.cast.write(lambda s: s.execute(update(Delivery).values(fresh)).close())


def _something_is_told(post: Post) -> Callable[[], Awaitable[object]]:
    async def look() -> object:
        return post.job._stock.outcomes

    return look


async def _reachable(post: Post, address: str) -> bool | None:
    found = await post.cast.read(lambda s: find_identity(s, platform="telegram", address=address))
    return found.reachable if found else None
