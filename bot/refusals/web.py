"""What somebody is told on a page, or about what pages and programs are given."""

from __future__ import annotations

from collections.abc import Mapping

from bot.texts import Text, say

ON_PAGES: Mapping[str, Text] = {
    "page_too_old": say("This page is too old, or came from elsewhere. Open its link again."),
    "not_signed_in": say(
        "Nobody is signed in here. Write /signin to me in chat, and open the link in this browser."
    ),
    "signin_unknown": say(
        "This link signs nobody in: each works once, for ten minutes. Write /signin for another."
    ),
    "no_such_session": say("That browser is signed out already. Open your page again: /me"),
    "code_over": say("These digits are over. Ask for new ones."),
    "code_wrong": say("Those are not the digits that I sent. Try again: {left} times are left."),
    "too_many_codes": say("Too many codes were asked for. Wait an hour, then try again."),
    "webhook_url_unreadable": say(
        "I can’t post to that address. Use one like <code>https://example.org/usher</code>, without"
        " a password in it."
    ),
    "webhook_url_private": say(
        "That address leads nowhere that I may post to. Use one in the public internet."
    ),
    "no_such_event": say("I don’t know the event {event}. Choose among these: {known}"),
    "no_such_webhook": say("There is no webhook {webhook} among yours. /webhook shows them."),
    "too_many_webhooks": say(
        "{group} has {most} webhooks already. Remove one first: <code>/webhook off whk_…</code>"
    ),
}
