"""The world's people, chats and messages as Bot API objects."""

from typing import TYPE_CHECKING, Any

from bot.sandbox.telegram import rights
from bot.sandbox.telegram.chats import Member
from bot.sandbox.telegram.links import InviteLink, hidden
from bot.sandbox.telegram.messages import Message, Press
from bot.sandbox.telegram.people import User

if TYPE_CHECKING:
    from bot.sandbox.telegram.state import State

Fields = dict[str, Any]


def without_none(**fields: Any) -> Fields:
    """Absent means absent: the Bot API never answers null."""
    return {name: value for name, value in fields.items() if value is not None}


def user(one: User) -> Fields:
    """User, as it appears inside other objects."""
    return without_none(
        id=one.id,
        is_bot=one.is_bot,
        first_name=one.first_name,
        last_name=one.last_name,
        username=one.username,
        language_code=None if one.is_bot else one.language_code,
    )


def private_chat(one: User) -> Fields:
    """Chat of the bot with one person."""
    return without_none(
        id=one.id,
        type="private",
        first_name=one.first_name,
        last_name=one.last_name,
        username=one.username,
    )


def chat(state: "State", chat_id: int) -> Fields:
    """Chat, private or not."""
    if chat_id > 0:
        return private_chat(state.person(chat_id))
    room = state.room(chat_id)
    return {"id": room.id, "type": room.type, "title": room.title}


def member(state: "State", one: Member) -> Fields:
    """ChatMember of the kind that belongs to its status."""
    base: Fields = {"status": one.status, "user": user(state.account(one.user_id))}
    if one.status == "creator":
        return base | {"is_anonymous": one.rights.get("is_anonymous", False)}
    if one.status == "administrator":
        return base | {"can_be_edited": False} | _admin_rights(one)
    if one.status == "restricted":
        return base | _restrictions(one)
    if one.status == "kicked":
        return base | {"until_date": one.until}
    return base


def _admin_rights(one: Member) -> Fields:
    needed = {name: one.rights.get(name, False) for name in rights.REQUIRED_ADMIN_RIGHTS}
    extra = {name: one.rights[name] for name in rights.GROUP_ADMIN_RIGHTS if name in one.rights}
    return needed | extra


def _restrictions(one: Member) -> Fields:
    granted = {name: one.rights.get(name, False) for name in rights.PERMISSIONS}
    return granted | {"is_member": one.inside, "until_date": one.until}


def invite_link(state: "State", link: InviteLink, *, for_bot: bool = True) -> Fields:
    """ChatInviteLink; the address of somebody else's link is cut."""
    foreign = for_bot and link.creator_id != state.bot.id
    waiting = sum(
        1 for request in state.room(link.chat_id).requests.values() if request.link is link
    )
    return without_none(
        invite_link=hidden(link.url) if foreign else link.url,
        creator=user(state.account(link.creator_id)),
        creates_join_request=link.creates_join_request,
        is_primary=link.is_primary,
        is_revoked=link.is_revoked,
        name=link.name,
        expire_date=link.expire_date,
        member_limit=link.member_limit,
        pending_join_request_count=waiting or None,
    )


def entities(state: "State", found: list[Fields]) -> list[Fields]:
    """MessageEntity list; a text mention carries the person."""
    shown = []
    for entity in found:
        one = dict(entity)
        if "user_id" in one:
            one["user"] = user(state.account(one.pop("user_id")))
        shown.append(one)
    return shown


def message(state: "State", one: Message, *, nested: bool = False) -> Fields:
    """Message; inside another message it does not carry its own reply."""
    fields = _head(state, one) | _content(state, one) | one.options
    if one.service is not None:
        fields |= service(state, one.service)
    if one.reply_to is not None and not nested:
        original = state.find_message(one.chat_id, one.reply_to)
        if original is not None:
            fields["reply_to_message"] = message(state, original, nested=True)
    return fields


def _head(state: "State", one: Message) -> Fields:
    sender = one.sender_chat_id
    return {
        "message_id": one.message_id,
        "from": user(state.account(one.from_id)),
        "chat": chat(state, one.chat_id),
        "date": one.date,
    } | without_none(
        sender_chat=None if sender is None else chat(state, sender),
        edit_date=one.edit_date,
        forward_origin=_origin(state, one),
        reply_markup=one.reply_markup,
    )


def _origin(state: "State", one: Message) -> Fields | None:
    if one.forward_origin is None:
        return None
    origin = dict(one.forward_origin)
    return origin | {"sender_user": user(state.account(origin.pop("sender_user_id")))}


def _content(state: "State", one: Message) -> Fields:
    fields = without_none(text=one.text, caption=one.caption)
    if one.entities:
        fields["entities"] = entities(state, one.entities)
    if one.caption_entities:
        fields["caption_entities"] = entities(state, one.caption_entities)
    photo = state.files.get(one.photo_id)
    if photo is not None:
        width, height = photo.size or (0, 0)
        fields["photo"] = [photo.wire() | {"width": width, "height": height}]
    document = state.files.get(one.document_id)
    if document is not None:
        named = {"file_name": document.name, "mime_type": document.mime_type}
        fields["document"] = document.wire() | named
    return fields


def service(state: "State", one: Fields) -> Fields:
    """A service message's own field, with people in place of their ids."""
    shown = dict(one)
    if "new_chat_members" in one:
        shown["new_chat_members"] = [user(state.account(i)) for i in one["new_chat_members"]]
    if "left_chat_member" in one:
        shown["left_chat_member"] = user(state.account(one["left_chat_member"]))
    return shown


def callback_query(state: "State", press: Press) -> Fields:
    """CallbackQuery from a message of the bot."""
    return {
        "id": press.id,
        "from": user(state.person(press.user_id)),
        "message": message(state, state.message(press.chat_id, press.message_id)),
        "chat_instance": str(abs(press.chat_id) * 7919 + state.bot.id),
        "data": press.data,
    }


def inline_callback_query(state: "State", press: Press, inline_id: str) -> Fields:
    """CallbackQuery from a message that somebody posted: the bot learns no more of the chat."""
    return {
        "id": press.id,
        "from": user(state.person(press.user_id)),
        "inline_message_id": inline_id,
        "chat_instance": str(abs(press.chat_id) * 7919 + state.bot.id),
        "data": press.data,
    }
