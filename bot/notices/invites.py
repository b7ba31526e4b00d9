"""What people hear in private of invites: theirs, and those of theirs that others opened."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.cards.invites import answer_buttons, describe
from bot.command import Button
from bot.lookalikes import warn_of_lookalikes
from bot.notices.notice import Notice, Template
from bot.texts import Verbatim, lines, say
from bot.words import role_word
from core.facts import ClaimRaised, Fact, InviteTexted, PersonInvited, StrangerOpened
from core.groups import Group
from core.invites import Invite, InviteState
from core.invites.blocks import without_blocked
from core.invites.texting import may_be_asked, number_of
from core.people import Person


def invite_card(session: Session, fact: Fact) -> Notice | None:
    """Somebody is offered a place, with Accept and Decline, while the invite is open and unless
    they did not want to be asked.
    """
    assert isinstance(fact, PersonInvited)
    invite = session.get(Invite, fact.invite_id)
    if invite is None or invite.state is not InviteState.OPEN or invite.uses:
        return None
    if not without_blocked(session, [fact.person_id], group_id=fact.group_id):
        return None
    inviter = session.get_one(Person, invite.inviter_id)
    group = session.get_one(Group, invite.group_id)
    warning = warn_of_lookalikes(session, fact.person_id, group)
    never = Button(say("Don’t ask again"), f"/blocked add {invite.public_id}")
    card = describe(invite, group, inviter, warning=warning, unasked=True)
    # A warning is not among the approved words, so with one it is told as news.
    template = None if warning else _invite_template(invite, group, inviter)
    buttons = (*answer_buttons(invite), (never,))
    return Notice(card, buttons, invite_id=invite.id, template=template)


def invite_text(session: Session, fact: Fact) -> Notice | None:
    """The offer to whoever has the number, while it stands and nobody has taken it up."""
    assert isinstance(fact, InviteTexted)
    invite = session.get(Invite, fact.invite_id)
    if invite is None or invite.state is not InviteState.OPEN or number_of(invite) is None:
        return None
    if not may_be_asked(session, invite):
        return None
    inviter = session.get_one(Person, invite.inviter_id)
    group = session.get_one(Group, invite.group_id)
    card = describe(invite, group, inviter, warning=None, unasked=True)
    template = _invite_template(invite, group, inviter)
    return Notice(card, answer_buttons(invite), template=template)


def _invite_template(invite: Invite, group: Group, inviter: Person) -> Template:
    role = role_word(group.kind, invite.role, invite.label)
    return Template("usher_invite", {"inviter": inviter.name, "group": group.name, "role": role})


def hand_over(session: Session, fact: Fact) -> Notice | None:
    """Whoever invited somebody out of reach is to hand the invite over, while it is open."""
    assert isinstance(fact, PersonInvited)
    invite = session.get(Invite, fact.invite_id)
    if invite is None or invite.state is not InviteState.OPEN or invite.uses:
        return None
    person = session.get_one(Person, fact.person_id)
    group = session.get_one(Group, invite.group_id)
    return Notice(
        lines(
            say(
                "I can’t reach {person}, whom you invited to <b>{group}</b>.",
                person=person.name,
                group=group.name,
            ),
            say("Here is a link to hand over: this makes one, and the invite stays theirs."),
        ),
        ((Button(say("Make the link"), f"/resend {invite.public_id}"),),),
    )


def stranger_opened(session: Session, fact: Fact) -> Notice | None:
    """The inviter hears that an invite for one person was handed on."""
    assert isinstance(fact, StrangerOpened)
    invite = session.get(Invite, fact.invite_id)
    if invite is None or invite.state is not InviteState.OPEN:
        return None
    return Notice(
        lines(
            say(
                "{person} opened your invite for {whom} to <b>{group}</b>. I let nobody in by it"
                " but {whom}.",
                person=session.get_one(Person, fact.person_id).name,
                whom=_whom(session, invite),
                group=session.get_one(Group, invite.group_id).name,
            ),
            say(
                "Take it back: <code>/revoke {invite}</code>",
                invite=Verbatim(invite.public_id),
            ),
        )
    )


def claim_raised(session: Session, fact: Fact) -> Notice | None:
    """The inviter says whether who opened the invite is whom they meant, while that is open."""
    assert isinstance(fact, ClaimRaised)
    invite = session.get(Invite, fact.invite_id)
    if invite is None or invite.state is not InviteState.OPEN or invite.invitee_id is not None:
        return None
    answer = f"/vouch {invite.public_id} person={fact.person_id}"
    return Notice(
        lines(
            say(
                "{person} opened your invite for {whom} to <b>{group}</b>. Is it them?",
                person=session.get_one(Person, fact.person_id).name,
                whom=_whom(session, invite),
                group=session.get_one(Group, invite.group_id).name,
            ),
            say("I can’t tell by myself. Ask them if you are in doubt."),
        ),
        (
            (
                Button(say("Yes, let them in"), f"{answer} yes"),
                Button(say("No"), f"{answer} no"),
            ),
        ),
    )


def _whom(session: Session, invite: Invite) -> str:
    if invite.invitee_id is not None:
        return session.get_one(Person, invite.invitee_id).name
    return invite.meant_for or ""
