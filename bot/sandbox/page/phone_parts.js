// The small pieces around a chat: tabs, subtitles, what to type when nothing is there yet.

import { avatar, badge, bdi, h } from "./dom.js";
import { fullName } from "./world.js";

const BOT_ROLES = { administrator: "admin", member: "member" };

export function chatTab(phone, chatId, unread) {
  const isBot = chatId === phone.subjectId && phone.kind === "person";
  const chat = isBot ? phone.world.bot : phone.world.chats.get(chatId);
  const active = chatId === phone.chatId();
  const tab = h("button", {
    class: "tab", type: "button", role: "tab",
    "aria-selected": String(active), tabindex: active ? "0" : "-1",
    on: { click: () => phone.showChat(chatId), focus: () => active || phone.showChat(chatId) },
  }, avatar(chat, isBot), bdi(fullName(chat)));
  if (unread) tab.append(badge(unread));
  return tab;
}

export function subtitle(phone, chat) {
  if (!phone.isRoom()) return phone.person().blocked ? "blocked" : "bot";
  const people = phone.world.members(chat).length;
  const inside = phone.world.botIsIn(chat);
  const members = `${people + Number(inside)} ${people + Number(inside) === 1 ? "member" : "members"}`;
  const role = BOT_ROLES[chat.bot_status] ?? "not here";
  return `${members} · ${phone.world.bot.first_name}: ${role}`;
}

/** What to do first, in the words of the three steps. */
export function emptyState(phone) {
  if (phone.actorId() === null) return card(bdi(phone.title()), "Nobody is in this room.");
  if (phone.isRoom()) {
    const title = bdi(fullName(phone.world.chats.get(phone.chatId())));
    return card(title, "Type ", suggestion(phone, "/bind"), " to tie this room to the team.");
  }
  if (phone.app.isCoach(phone.subjectId)) {
    return card("Nothing here yet", "Type ", suggestion(phone, "/newgroup Tigers"));
  }
  const hint = "Open an invite link on this phone, or type ";
  return card("Nothing here yet", hint, suggestion(phone, "/help"));
}

function card(title, ...words) {
  return h("div", { class: "empty-card" }, h("b", {}, title), h("p", {}, ...words));
}

function suggestion(phone, text) {
  const props = { class: "suggestion", type: "button", title: "Put this in the message field" };
  return h("button", { ...props, on: { click: () => phone.composer.insert(text) } }, text);
}
