"""What a person is told when the core refuses: the reason, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.command import Reply
from bot.refusals.api import API_REFUSALS
from bot.refusals.doors import AT_THE_DOOR, ways_on
from bot.refusals.events import EVENT_REFUSALS
from bot.refusals.guests import GUEST_REFUSALS
from bot.refusals.issuing import ISSUING
from bot.refusals.own import OWN_REFUSALS
from bot.refusals.rosters import ROSTER_REFUSALS
from bot.refusals.templates import TEMPLATE_REFUSALS
from bot.refusals.web import ON_PAGES
from bot.texts import Lines, Text, Value, Verbatim, say
from bot.words import KINDS, PERMISSIONS, ROLES, role_word
from core.access import Permission, Role
from core.errors import CoreError
from core.groups import Kind

REFUSALS: Mapping[str, Text] = {
    **ISSUING,
    **AT_THE_DOOR,
    **ON_PAGES,
    "name_blank": say(
        "That name is blank. Give it at least one letter, as in <code>Tigers</code>."
    ),
    "name_too_long": say("That name is too long. Use at most {limit} characters."),
    "note_too_long": say("That note is too long. Use at most {limit} characters."),
    "line_too_long": say("That is too long for a command. Use at most {limit} characters."),
    "unbalanced_quotes": say(
        "There is a quotation mark without its partner. Put one at both ends, as in"
        ' <code>"See you at six"</code>.'
    ),
    "unknown_option": say("I don't know the option {option}. Choose among these: {known}"),
    "loose_equals": say("Write options without blanks around the sign, as in <code>uses=2</code>."),
    "empty_option": say(
        "There is nothing behind {option}=. Write its value right after it, as in"
        " <code>ttl=72h</code>."
    ),
    "not_a_number": say("{option} takes a whole number. Write it like <code>{option}=5</code>."),
    "not_a_span": say(
        "I can't read {value} as a length of time. Write <code>90m</code>, <code>72h</code>,"
        " <code>3d</code> or <code>2w</code>."
    ),
    "ttl_out_of_bounds": say(
        "An invite lasts between {shortest} and {longest}. Try <code>ttl=72h</code>."
    ),
    "never_is_for_owners": say(
        "Only an owner may make an invite that never expires. Try <code>ttl=90d</code>."
    ),
    "uses_out_of_bounds": say(
        "uses= takes a number up to {most}. Try <code>uses=5</code>, or <code>uses=0</code> for no"
        " limit."
    ),
    "which_invite": say(
        "Which invite? Write it like this: {usage}, or choose it from the list: /invites"
    ),
    "role_missing": say(
        "Which role shall {who} have? Write it behind the name: <code>/role Dana viewer</code>."
        " Here there are: {known}."
    ),
    "nothing_to_undo": say(
        "You have changed nobody in {group} within {window}, so there is nothing to undo. /members"
        " shows who is in."
    ),
    "not_yes_or_no": say("{option}= takes yes or no. Write it like <code>{option}=yes</code>."),
    "asks_by_link_only": say(
        "<code>ask=yes</code> is for links: whom you name yourself need not be asked about. Leave"
        " out one of the two."
    ),
    "no_such_role": say("I don't know the role {role}. Here there are: {known}."),
    "no_such_status": say(
        "I don't know the status {status}. Choose pending, accepted, declined, expired, revoked or"
        " used_up."
    ),
    "who_not_known": say(
        "I can't find {who} among the people you share a group with. Use their @username, or type"
        " <code>/invite</code> alone and hand the link over."
    ),
    "missing": say("Something is missing. Write it like this: {usage}"),
    "not_allowed": say(
        "In {group} only people who are {least} or above may {permission}. Ask one of them."
    ),
    "role_above_yours": say(
        "You can't hand out the role {role} in {group}: it isn't below your own. Ask an owner."
    ),
    "group_unknown": say("There is no such group among yours. /groups shows them."),
    "no_group": say(
        "You are in no group yet. Open an invite, or found a group of your own:"
        " <code>/newgroup Tigers</code>"
    ),
    "room_unbound": say(
        "This room is not tied to a group yet. Ask an admin of the group to type /bind here."
    ),
    "room_taken": say(
        "This room is tied to another group. Ask an admin of that group to type /unbind first."
    ),
    "platform_not_set_up": say(
        "Nobody has set GroupMe up for me yet. Ask whoever runs Usher for a token of its account."
    ),
    "nothing_to_reconcile": say(
        "You run no group whose rooms I could look for. Found one: <code>/newgroup Tigers</code>"
    ),
    "suggestion_over": say("That suggestion is over. Compare anew: /groupme reconcile"),
    "platform_silent": say("I could not find out who runs {room} just now. Try again in a minute."),
    "not_room_admin": say(
        "I don't see you among the administrators of {room}. Ask one of them to type /bind."
    ),
    "only_in_room": say(
        "That works in a group chat only. Add me to yours, then type it again there."
    ),
    "only_in_private": say("That works in our private chat only. Write to me there."),
    "only_in_elsewhere": say(
        "That belongs to a card in another chat. /invite makes a link that works everywhere."
    ),
    "not_a_member": say(
        "You are not a member of {group} yourself, so there is nothing to leave. /groups shows"
        " where you are one."
    ),
    "last_owner": say(
        "You are the last owner of {group}. Hand it over first, with <code>/transfer @name</code>."
    ),
    "last_owner_other": say(
        "{person} is the last owner of {group}. Make somebody else an owner first, with"
        " <code>/role @name owner</code>."
    ),
    "system_admin_by_settings": say(
        "System admins are named in Usher's settings, not in a group. Ask whoever runs Usher."
    ),
    "who_unknown": say("I don't know them. /invite makes a link that you can hand to anybody."),
    "who_missing": say(
        "Whom do you mean? Give their @username or name, or answer one of their messages."
    ),
    "pick_over": say(
        "That choice is no longer open. Type the command again, and choose from its own button."
    ),
    "who_not_here": say("I can't find them in {group}. /members shows who is in."),
    "who_not_banned": say("They are not banned from {group}. /invite lets them in."),
    "rank_too_high": say(
        "You can't do that to {person} in {group}: their role isn't below your own. Ask an owner."
    ),
    "remove_yourself": say("You can't remove yourself. /leave is the way out."),
    "expel_member": say(
        "{person} is a member of {group}. Remove them first, with <code>/remove</code>."
    ),
    "find_whom": say("Whom do you look for? Write it like this: <code>/find Dana</code>"),
    "undo_unknown": say("There is nothing of yours to undo here. /members shows how it stands."),
    "undo_not_yours": say(
        "Only who did that, or an owner of {group}, can undo it. Ask one of them."
    ),
    "undo_done": say("That is undone already. /members shows how it stands."),
    "undo_too_late": say(
        "That was more than {window} ago, too late to undo. Change it with /role or /invite."
    ),
    "undo_overtaken": say(
        "Something has changed about {person} since then, so I leave it. /members shows how it"
        " stands."
    ),
    "transfer_to_yourself": say("You have the group already. Choose somebody else."),
    "owner_already": say("{person} is an owner of {group} already. You can simply /leave."),
    "transfer_unknown": say("This offer does not open anything. Ask the owner to make it again."),
    "transfer_for_somebody_else": say("This offer is for {person} alone. Ask them to answer it."),
    "transfer_void": say("This offer of {group} no longer counts. Ask an owner to make it again."),
    "transfer_taken": say("This offer of {group} was taken before. /members shows how it stands."),
    "transfer_refused": say("This offer of {group} was declined. Ask an owner to make it again."),
    "transfer_withdrawn": say(
        "This offer of {group} was taken back. Ask an owner whether it was you."
    ),
    "transfer_expired": say("This offer of {group} has expired. Ask {giver} to make it again."),
    "resend_revoked": say("{invite} was revoked, so it stays closed. Make a new one: /invite"),
    "resend_declined": say("{invite} was declined. If you want to ask again: /invite"),
    "resend_accepted": say("{invite} was accepted. Make a new one: /invite"),
    "resend_used_up": say(
        "{invite} has been used as often as it may be. Make a new one: /invite uses=5"
    ),
    "resend_void": say(
        "{invite} opens nothing, as {inviter}, who made it, may no longer give it. Make it yours:"
        " <code>/adopt {invite}</code>"
    ),
    "resend_member": say("{person} is a member of {group} already. /members shows who is in."),
    "resent_too_often": say(
        "{invite} was sent again {most} times within a day. Wait until tomorrow: what was sent"
        " still works."
    ),
    "link_expired": say("{invite} has expired. Send it again: <code>/resend {invite}</code>"),
    "link_revoked": say("{invite} was revoked, so it opens nothing. Make a new one: /invite"),
    "link_declined": say("{invite} was declined. If you want to ask again: /invite"),
    "link_accepted": say("{invite} was accepted. Make a new one: /invite"),
    "link_used_up": say(
        "{invite} has been used as often as it may be. Make a new one: /invite uses=5"
    ),
    "too_many_links": say(
        "{invite} was given {most} links within a day. Use one of those, or wait until tomorrow."
    ),
    "group_archived": say(
        "{group} is archived, by itself or from above, so nothing in it changes. An admin brings"
        " it back with /restore."
    ),
    "not_archived": say("{group} itself is not archived. /groups shows what is."),
    "name_taken": say(
        "There is a {name} in {parent} already. Choose another name, such as {proposal}."
    ),
    "parent_unknown": say(
        "There is no group {parent} among yours; /groups shows them. If it is part of the name:"
        ' <code>/newgroup "Made in Rome"</code>.'
    ),
    "too_deep": say(
        "That does not fit below {group}: groups stand at most {limit} deep. Choose a place"
        " further up."
    ),
    "move_cycle": say(
        "A group can't stand below itself, and {parent} is {group} or belongs to it. Choose another"
        " place."
    ),
    "move_nowhere": say("{group} stands there already. /groups shows the tree."),
    "move_not_yours": say(
        "{group} belongs to a group that you don't run. Ask one of that group's admins to move it."
    ),
    "too_many_guesses": say("Too many codes were wrong. Wait a minute, then try again."),
    "payload_unknown": say(
        "This link is not complete or not one of mine. Ask whoever sent it to send it again."
    ),
    "no_such_request": say(
        "There is no request {request} among yours. /requests shows who is waiting."
    ),
    "person_banned": say("{person} is banned from {group}. Ask an owner to lift the ban first."),
    "person_is_member": say("{person} is a member of {group} by now. /drift shows who is not."),
    "person_out_of_reach": say(
        "I can’t write to {person} in private. Ask them to press Start in a chat with me, or show"
        " them the room yourself."
    ),
    "no_room_to_offer": say(
        "{group} has no room that I could show anybody into. /drift says what is wrong with each."
    ),
    "drift_is_over": say("That is no longer so, or not yours to decide. /drift shows what is."),
    "too_late_to_ask": say(
        "I may write to {person} only in the first five minutes, and those are over. Write to them"
        " yourself, or decide without."
    ),
    "nothing_asked": say(
        "Nobody has asked you anything, or somebody has decided by now. /help shows what you can"
        " do."
    ),
    "no_such_message": say("There is no such message among yours. /outbox shows them."),
    "message_not_in_trouble": say(
        "Nothing is wrong with that message any more. /outbox shows how it stands."
    ),
    "message_under_way": say(
        "That message is being sent or was sent. /outbox shows how it stands."
    ),
    "edited": say("You changed an old message. Send the command again as a new one."),
    "forwarded": say("That was forwarded, so I leave it alone. Type the command yourself."),
    "anonymous": say(
        "I can't see who you are while you write anonymously. Write as yourself, then type it"
        " again."
    ),
    "button_unknown": say(
        "This button no longer does anything. Type /help to see what you can do."
    ),
    "unknown_command": say("I don't know {command}. /help shows what you can do."),
    "no_command": say("I listen to commands. /help shows what you can do."),
    **OWN_REFUSALS,
    **TEMPLATE_REFUSALS,
    **ROSTER_REFUSALS,
    **API_REFUSALS,
    **GUEST_REFUSALS,
    **EVENT_REFUSALS,
    "busy": say("Something went wrong on my side. I have noted it. Try again in a minute."),
}

OWNERS_ONLY = say("In {group} only an owner may {permission}. Ask one of them.")


def refuse(error: CoreError) -> Reply:
    """The refusal as a reply."""
    template = _template(error)
    fields = {name: _word(value) for name, value in error.fields.items() if value is not None}
    match error.fields:
        case {"role": Role() as role, "kind": Kind() as kind, "label": str() as label}:
            fields["role"] = role_word(kind, role, label)
    buttons = ways_on(error)
    return Reply(Text(template.msgid, fields), buttons, replaces=bool(buttons), refused=True)


def _template(error: CoreError) -> Text:
    """Above an owner nobody stands."""
    owners_only = error.code == "not_allowed" and error.fields.get("least") is Role.OWNER
    return OWNERS_ONLY if owners_only else REFUSALS[error.code]


def _word(value: object) -> Value:
    match value:
        case Role():
            return ROLES[value]
        case Kind():
            return KINDS[value]
        case Permission():
            return PERMISSIONS[value]
        case int() | str() | datetime() | timedelta() | Text() | Lines() | Verbatim():
            return value
        case _:
            raise TypeError(f"a refusal can't tell of {type(value).__name__}")
