"""The emulated mail server: a socket, faults on demand, and a mailbox behind it."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from bot.sandbox.faults import Fault, Faults
from bot.sandbox.ledger import Ledger
from bot.sandbox.mail.mailbox import Mailbox
from bot.sandbox.mail.talk import CLOSING, GO_ON, LARGEST, Talk

LONGEST_LINE = 2048


class MailServer:
    """Faults are scripted for `SMTP RCPT` and the like, and for `SMTP CONTENT`, the message itself:
    `status` and `description` are the reply; `drop` hangs up instead of answering.
    """

    def __init__(self, mailbox: Mailbox, faults: Faults, ledger: Ledger) -> None:
        self._mailbox = mailbox
        self._faults = faults
        self._ledger = ledger
        self._server: asyncio.Server | None = None
        self._talks: set[asyncio.Task[None]] = set()
        self.port = 0

    async def start(self, host: str) -> None:
        """Listen on a free port."""
        self._server = await asyncio.start_server(self._greet, host, 0, limit=LARGEST)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Hang up on everybody."""
        if self._server is not None:
            self._server.close()
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)

    def _greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.create_task(self._converse(reader, writer))
        self._talks.add(talk)
        talk.add_done_callback(self._talks.discard)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = Talk(self._take)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, ValueError):
                writer.write(b"220 sandbox ESMTP\r\n")
                while await self._exchange(talk, reader, writer):
                    pass
        finally:
            writer.close()

    async def _exchange(
        self, talk: Talk, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        """One command and its reply. False when the talk is over."""
        line = (await reader.readuntil(b"\r\n"))[:-2]
        if len(line) > LONGEST_LINE:
            writer.write(b"500 5.5.2 That line is too long\r\n")
            return True
        said = line.decode("utf-8", "replace")
        fault = self._faults.take(f"SMTP {said.partition(' ')[0].upper()}", None)
        code = await _reply(writer, fault, lambda: talk.answer(said))
        if code == GO_ON:
            data = await _content(reader)
            fault = self._faults.take("SMTP CONTENT", None)
            code = await _reply(writer, fault, lambda: talk.content(data))
        return code not in (None, CLOSING)

    def _take(self, sender: str, recipients: list[str], data: bytes) -> str:
        for recipient in recipients:
            mail = self._mailbox.arrive(sender, recipient, data)
            entry = {"address": recipient, "message_id": mail.header("Message-ID")}
            self._ledger.append(method="SMTP", **entry)
        return "250 2.0.0 Taken"


async def _content(reader: asyncio.StreamReader) -> bytes:
    """The message, with doubled dots at the beginning of lines undone."""
    content = bytearray()
    while (line := await reader.readuntil(b"\r\n")) != b".\r\n":
        if len(content) <= LARGEST:  # beyond that it is refused anyway
            content += line[1:] if line.startswith(b".") else line
    return bytes(content)


async def _reply(
    writer: asyncio.StreamWriter, fault: Fault | None, act: Callable[[], str]
) -> int | None:
    """Answer as `act` does or as the fault says; the code, or None when we hang up."""
    if fault is not None and fault.delay_s:
        await asyncio.sleep(fault.delay_s)
    if fault is not None and fault.answers:
        answer = f"{fault.status or 451} {fault.description or 'As was asked for'}"
    else:
        answer = act() if fault is None or fault.drop != "before" else ""
    if fault is not None and fault.drop is not None:
        return None
    writer.write(answer.encode() + b"\r\n")
    await writer.drain()
    return int(answer[:3])
