// What a person can do with a message: reply, copy, forward, edit their own.

import { post } from "./api.js";
import { editDialog } from "./dialogs.js";
import { iconButton } from "./dom.js";
import { openMenu } from "./popup.js";
import { fullName } from "./world.js";

export function messageMenu(phone, message) {
  const open = (event) => openMenu(event.currentTarget, items(phone, message), "Message");
  const props = {
    class: "message-menu", "aria-haspopup": "menu", on: { click: open },
  };
  return iconButton("down", "Message menu", props);
}

function items(phone, message) {
  const list = [{ label: "Reply", run: () => phone.composer.replyTo(message) }];
  const text = message.text || message.caption;
  if (text) list.push({ label: "Copy text", run: () => phone.copy(text) });
  if (canEdit(phone, message)) list.push({ label: "Edit", run: () => edit(phone, message) });
  for (const chatId of phone.world.chatsOf(phone.actorId())) {
    if (chatId !== message.chat_id) list.push(forward(phone, message, chatId));
  }
  return list;
}

function canEdit(phone, message) {
  const own = message.from_id === phone.actorId() && !message.sender_chat_id;
  return own && message.text && !message.forwarded_from;
}

function edit(phone, message) {
  const { chat_id, message_id } = message;
  editDialog(message.text, (text) =>
    post("messages/edit", { user_id: phone.actorId(), chat_id, message_id, text }));
}

function forward(phone, message, toChatId) {
  const target = phone.world.chats.get(toChatId);
  const title = toChatId === phone.actorId() ? phone.world.bot.first_name : fullName(target);
  const body = {
    user_id: phone.actorId(), from_chat_id: message.chat_id, message_id: message.message_id,
    to_chat_id: toChatId,
  };
  const run = () => phone.attempt(() => post("messages/forward", body));
  return { label: `Forward to ${title}`, run };
}
