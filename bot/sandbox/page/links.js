// Which addresses belong to Telegram, and handing one to a person's phone.

import { post } from "./api.js";
import { bdi, h, avatar, icon } from "./dom.js";
import { openMenu } from "./popup.js";
import { fullName } from "./world.js";

const TELEGRAM_HOSTS = new Set(["t.me", "telegram.me", "telegram.dog"]);
const SAFE_SCHEMES = new Set(["http:", "https:", "mailto:", "tel:", "tg:"]);
const CHIPS = 3;

export function safeUrl(text) {
  try {
    const url = new URL(/^[a-z][a-z0-9+.-]*:/i.test(text) ? text : `https://${text}`);
    return SAFE_SCHEMES.has(url.protocol) ? url : null;
  } catch {
    return null;
  }
}

export function isTelegram(url) {
  return url.protocol === "tg:" || TELEGRAM_HOSTS.has(url.hostname);
}

/** Opens a link as a tap on that phone would: Telegram's own inside, others in a new tab. */
export async function openLink(phone, url) {
  if (!isTelegram(url)) {
    window.open(url.href, "_blank", "noopener");
    return;
  }
  try {
    const result = await post("links", { user_id: phone.actorId(), url: url.href });
    if (result.opened === "refused") phone.toast(result.reason || "This link leads nowhere.");
    if (result.opened === "requested") phone.toast("Asked to join. An administrator decides.");
    if (result.chat_id && result.opened !== "refused") phone.showChat(result.chat_id);
  } catch (error) {
    phone.toast(error.message);
  }
}

/** "Open on Bob’s phone": how an invite is passed on here. */
export function passOnRow(phone, url) {
  const others = [...phone.world.people.values()].filter((person) => person.id !== phone.actorId());
  if (others.length === 0) return null;
  const label = `Open ${url.href} on another phone`;
  const row = h("div", { class: "pass-on", role: "group", "aria-label": label });
  row.append(icon("phone"), h("span", { class: "pass-on-label" }, "Open on"));
  const direct = others.length > CHIPS ? others.slice(0, CHIPS - 1) : others;
  direct.forEach((person) => row.append(chip(phone, person, url)));
  if (direct.length < others.length) row.append(moreChip(phone, others.slice(direct.length), url));
  return row;
}

function chip(phone, person, url) {
  const open = () => phone.app.openOn(person.id, url);
  const label = `Open on ${fullName(person)}’s phone`;
  const props = { class: "chip", type: "button", "aria-label": label, title: label };
  return h("button", { ...props, on: { click: open } }, avatar(person), bdi(person.first_name));
}

function moreChip(phone, others, url) {
  const choose = (event) => {
    const items = others.map((person) => ({
      label: `${fullName(person)}’s phone`,
      run: () => phone.app.openOn(person.id, url),
    }));
    openMenu(event.currentTarget, items, "Open on");
  };
  const props = { class: "chip", type: "button", "aria-haspopup": "menu", on: { click: choose } };
  return h("button", props, "More…");
}
