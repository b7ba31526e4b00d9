"""Answers as Gmail and Outlook send them, with what is ours filled in."""

from __future__ import annotations

import base64

GMAIL = """Delivered-To: {organizer}
From: Erin Example <{attendee}>
To: {organizer}
Subject: Accepted: Cup final @ Mon Nov 30, 2026 6:30pm - 7:30pm (UTC)
Sender: Google Calendar <calendar-notification@google.com>
Auto-Submitted: auto-generated
Message-ID: <calendar-8f1e@google.com>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="000000000000a1b2"

--000000000000a1b2
Content-Type: multipart/alternative; boundary="000000000000c3d4"

--000000000000c3d4
Content-Type: text/plain; charset="UTF-8"; format=flowed; delsp=yes
Content-Transfer-Encoding: base64

RXJpbiBoYXMgYWNjZXB0ZWQgdGhpcyBpbnZpdGF0aW9uLg==
--000000000000c3d4
Content-Type: text/calendar; charset="UTF-8"; method=REPLY
Content-Transfer-Encoding: 7bit

{calendar}
--000000000000c3d4--

--000000000000a1b2
Content-Type: application/ics; name="invite.ics"
Content-Disposition: attachment; filename="invite.ics"
Content-Transfer-Encoding: base64

{encoded}
--000000000000a1b2--
"""
GMAIL_CALENDAR = """BEGIN:VCALENDAR
PRODID:-//Google Inc//Google Calendar 70.9054//EN
VERSION:2.0
CALSCALE:GREGORIAN
METHOD:REPLY
BEGIN:VEVENT
DTSTART:20261130T183000Z
DTEND:20261130T193000Z
DTSTAMP:{stamp}
ORGANIZER;CN={organizer}:mailto:{organizer}
UID:{uid}
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={partstat};CN=Erin
 Example;X-NUM-GUESTS=0:mailto:{attendee}
CREATED:20261120T183000Z
DESCRIPTION:
LAST-MODIFIED:{stamp}
LOCATION:
SEQUENCE:{sequence}
STATUS:CONFIRMED
SUMMARY:Cup final
TRANSP:OPAQUE
END:VEVENT
END:VCALENDAR
"""
OUTLOOK = """From: Erin Example <{attendee}>
To: "Tigers" <{organizer}>
Subject: =?utf-8?B?QWNjZXB0ZWQ6IEN1cCBmaW5hbA==?=
Thread-Topic: Cup final
In-Reply-To: {in_reply_to}
References: {in_reply_to}
Message-ID: <AM0PR04MB1@AM0PR04MB1.eurprd04.prod.outlook.com>
Content-Language: en-US
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="_000_AM0PR04MB1_"

--_000_AM0PR04MB1_
Content-Type: text/plain; charset="us-ascii"

--_000_AM0PR04MB1_
Content-Type: text/calendar; charset="utf-8"; method=REPLY
Content-Transfer-Encoding: base64

{encoded}

--_000_AM0PR04MB1_--
"""
OUTLOOK_CALENDAR = """BEGIN:VCALENDAR
METHOD:REPLY
PRODID:Microsoft Exchange Server 2010
VERSION:2.0
BEGIN:VTIMEZONE
TZID:W. Europe Standard Time
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
ATTENDEE;PARTSTAT={partstat};CN=Erin Example:MAILTO:{attendee}
COMMENT;LANGUAGE=en-US:See you!\\n
UID:{uid}
SUMMARY;LANGUAGE=en-US:Accepted: Cup final
DTSTART;TZID=W. Europe Standard Time:20261130T193000
DTEND;TZID=W. Europe Standard Time:20261130T203000
CLASS:PUBLIC
PRIORITY:5
DTSTAMP:{stamp}
TRANSP:OPAQUE
STATUS:CONFIRMED
SEQUENCE:{sequence}
LOCATION;LANGUAGE=en-US:
X-MICROSOFT-CDO-APPT-SEQUENCE:{sequence}
X-MICROSOFT-CDO-BUSYSTATUS:BUSY
END:VEVENT
END:VCALENDAR
"""


def _lines(text: str) -> str:
    return text.replace("\n", "\r\n")


def gmail(**fields: str) -> bytes:
    """`organizer`, `attendee`, `uid`, `sequence`, `stamp` and `partstat` are filled in."""
    calendar = _lines(GMAIL_CALENDAR.format(**fields))
    encoded = base64.encodebytes(calendar.encode()).decode()
    whole = GMAIL.format(calendar="{calendar}", encoded=encoded, **fields)
    return _lines(whole).replace("{calendar}", calendar).encode()


def outlook(**fields: str) -> bytes:
    """The same, with `in_reply_to`; it names no organiser in the calendar."""
    calendar = _lines(OUTLOOK_CALENDAR.format(**fields))
    encoded = base64.encodebytes(calendar.encode()).decode()
    return _lines(OUTLOOK.format(encoded=encoded, **fields)).encode()
