"""/remind: a word to those who have not answered, shown before it is sent."""

from __future__ import annotations

from bot.command import Button, Call, Command, Reply
from bot.commands.confirming import OPTION, seal
from bot.commands.target import target_group
from bot.template_checks import PLATFORM, QUESTION, template_check
from bot.texts import BLANK, Text, lines, say, say_many
from bot.words.broadcasts import reckoning
from core.access import Permission
from core.broadcasts.audience import Reckoning
from core.events.reminding import Reminding, plan_reminding, remind


def remind_(call: Call) -> Reply:
    """Whom it goes to first; the button sends it, unless that has changed by then."""
    group = target_group(call)
    plan = plan_reminding(call.session, call.actor, group=group, now=call.now)
    sealed = seal("remind", group.id, plan.guests, plan.lost, plan.names)
    if call.arguments.option(OPTION) != sealed:
        return _preview(call, plan, sealed)
    remind(call.session, call.actor, plan=plan, now=call.now)
    return Reply(
        say_many(
            "{count} guest is reminded. Who said no hears nothing.",
            "{count} guests are reminded. Who said no hears nothing.",
            plan.reachable,
        ),
        replaces=True,
    )


def _preview(call: Call, plan: Reminding, sealed: str) -> Reply:
    send = Button(say("Send it"), f"/remind group={plan.event.id} {OPTION}={sealed}")
    return Reply(
        lines(
            say_many(
                "<b>{event}</b>: {count} guest has not answered",
                "<b>{event}</b>: {count} guests have not answered",
                plan.guests,
                event=plan.event.group.name,
            ),
            *(say("• {name}", name=name) for name in plan.names),
            _rest(plan.guests - len(plan.names)),
            BLANK,
            reckoning(Reckoning(plan.channels, 0)) if plan.reachable else None,
            template_check(call, QUESTION) if PLATFORM in plan.channels else None,
            *(_lost(plan) if plan.lost else ()),
        ),
        ((send,),) if plan.reachable else (),
        replaces=True,
    )


def _lost(plan: Reminding) -> list[Text | None]:
    return [
        say_many(
            "{count} can't be reached by me: speak to them yourself.",
            "{count} can't be reached by me: speak to them yourself.",
            plan.lost,
        ),
        *(say("• {name}", name=name) for name in plan.lost_names),
        _rest(plan.lost - len(plan.lost_names)),
    ]


def _rest(count: int) -> Text | None:
    return say("… and {count} more", count=count) if count > 0 else None


COMMANDS = (
    Command(
        "remind",
        say("remind the guests who have not answered"),
        remind_,
        permission=Permission.EDIT_EVENT,
    ),
)
