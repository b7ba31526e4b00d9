// One message as Telegram shows it: bubble, picture, formatted text, buttons.

import { avatar, bdi, clock, h, icon, tint } from "./dom.js";
import { isTelegram, openLink, passOnRow, safeUrl } from "./links.js";
import { messageMenu } from "./message_menu.js";
import { renderRichText } from "./rich_text.js";
import { fullName, plainText } from "./world.js";

const ROLE_TAGS = { creator: "owner", administrator: "admin" };

/** `phone` is where it is shown: it decides which side is "mine" and who acts. */
export function bubble(phone, message) {
  const props = { class: "message", data: { messageId: message.message_id } };
  if (message.service) {
    return h("li", { ...props, class: "message service" }, h("span", { dir: "auto" }, message.service));
  }
  const item = h("li", { ...props, class: `message ${side(phone, message)}` });
  const body = h("div", { class: "stack" });
  const links = fill(phone, message, body);
  const row = buttons(phone, message, links);
  if (row) body.append(row);
  for (const url of links.values()) body.append(passOnRow(phone, url) ?? "");
  if (phone.isRoom() && side(phone, message) === "theirs") item.append(senderAvatar(phone, message));
  item.append(body);
  return item;
}

function side(phone, message) {
  const unnamed = Boolean(message.sender_chat_id);
  const mine = unnamed === phone.isAnonymous() && (unnamed || message.from_id === phone.actorId());
  return mine ? "mine" : "theirs";
}

function senderAvatar(phone, message) {
  const sender = phone.world.sender(message);
  return avatar(sender, sender === phone.world.bot);
}

/** Fills the bubble; returns the Telegram links it holds, by address. */
function fill(phone, message, stack) {
  const box = h("div", { class: "bubble" });
  stack.append(box);
  if (phone.isRoom() && side(phone, message) === "theirs") box.append(senderLine(phone, message));
  if (message.forwarded_from) box.append(forwardLine(phone, message));
  if (message.inline_message_id) box.append(viaLine(phone));
  if (message.reply_to) box.append(quote(phone, message));
  if (message.photo) box.append(photo(phone, message));
  if (message.document) box.append(file(message.document));
  if (message.place) box.append(place(message.place));
  const html = withoutPayload(message.html ?? message.caption_html);
  const text = h("div", { class: "text", dir: "auto" });
  const links = renderRichText(phone, html ?? "", text);
  text.append(footer(phone, message));
  box.append(text, messageMenu(phone, message));
  return new Map(links.map((url) => [url.href, url]));
}

function senderLine(phone, message) {
  const sender = phone.world.sender(message);
  const room = phone.world.chats.get(message.chat_id);
  const status = message.sender_chat_id ? "administrator" : statusOf(phone.world, room, sender);
  const colour = sender === phone.world.bot ? "bot" : tint(sender.id);
  const line = h("div", { class: "sender" }, bdi(fullName(sender), { class: `name name-${colour}` }));
  if (ROLE_TAGS[status]) line.append(h("span", { class: "role" }, ROLE_TAGS[status]));
  return line;
}

function statusOf(world, room, sender) {
  return sender === world.bot ? room?.bot_status : room && world.status(room, sender.id);
}

function forwardLine(phone, message) {
  const origin = phone.world.sender({ from_id: message.forwarded_from });
  return h("div", { class: "forwarded" }, "Forwarded from ", bdi(fullName(origin)));
}

function viaLine(phone) {
  return h("div", { class: "forwarded" }, `via @${phone.world.bot.username}`);
}

function quote(phone, message) {
  const original = phone.world.message(message.chat_id, message.reply_to);
  const name = original ? fullName(phone.world.sender(original)) : "Deleted message";
  const text = original ? plainText(original) : "";
  return h("div", { class: "quote" }, bdi(name, { class: "name" }), h("span", { dir: "auto" }, text));
}

function photo(phone, message) {
  const own = message.photo.startsWith("/play/files/") ? message.photo : "";
  const alt = message.caption ? `Photo: ${message.caption}` : "Photo";
  return h("img", { class: "photo", src: own, alt, on: { load: () => phone.log.follow() } });
}

function file({ file_name, url }) {
  const own = url.startsWith("/play/files/") ? url : null;
  return h("a", { class: "file", href: own, download: file_name }, icon("file"), bdi(file_name));
}

function place({ title, address, latitude, longitude }) {
  const degrees = `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
  return h("div", { class: "place" }, icon("place"),
    h("div", {}, bdi(title || "Location", { class: "name" }), h("div", { dir: "auto" }, address || degrees)));
}

// A deep link sends its payload, and Telegram shows only the command.
function withoutPayload(html) {
  return html?.replace(/^\/start [A-Za-z0-9_-]+$/, "/start");
}

function footer(phone, message) {
  const time = new Date(message.date * 1000);
  const foot = h("span", { class: "meta" });
  if (message.edit_date) foot.append(h("span", { class: "edited" }, "edited"), " ");
  const exact = { datetime: time.toISOString(), title: time.toLocaleString() };
  foot.append(h("time", exact, clock(message.date)));
  if (side(phone, message) === "mine") foot.append(icon("check"));
  return foot;
}

function buttons(phone, message, links) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows?.length) return null;
  const board = h("div", { class: "keyboard", role: "group", "aria-label": "Buttons" });
  for (const row of rows) {
    board.append(h("div", { class: "keys" }, row.map((key) => button(phone, message, key, links))));
  }
  return board;
}

function button(phone, message, key, links) {
  const [kind, act] = action(phone, message, key, links);
  const props = { class: `key key-${kind}`, type: "button", on: { click: act } };
  const node = h("button", props, h("span", { class: "key-text", dir: "auto" }, key.text));
  if (kind === "url") node.append(icon("outside"));
  if (kind === "copy") node.append(icon("copy"));
  if (kind === "data") {
    node.dataset.data = key.callback_data;
    if (phone.taps.isWaiting(message, key.callback_data)) node.setAttribute("aria-busy", "true");
  }
  return node;
}

function action(phone, message, key, links) {
  if (key.callback_data !== undefined) {
    return ["data", () => phone.taps.tap(message, key.callback_data)];
  }
  if (key.copy_text) return ["copy", () => phone.copy(key.copy_text.text)];
  const url = safeUrl(key.url ?? key.web_app?.url ?? key.login_url?.url ?? "");
  if (url && (key.url || key.web_app || key.login_url)) {
    if (isTelegram(url)) links.set(url.href, url);
    return ["url", () => openLink(phone, url)];
  }
  return ["other", () => phone.toast("The sandbox cannot play this button.")];
}
