// One message as GroupMe shows it: plain text, links, pictures; numbers that can be answered.

import { avatar, bdi, clock, h, tint } from "./dom.js";
import { safeUrl } from "./links.js";

const LINK = /https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]]/g;
const NUMBERED = /^Reply (\d{1,2}) – /;

export function groupmeBubble(phone, message) {
  if (message.service) {
    return h("li", { class: "message service" }, h("span", { dir: "auto" }, message.text));
  }
  const sender = message.user_id ?? message.sender_id;
  const side = sender === phone.actorId() ? "mine" : "theirs";
  const box = h("div", { class: "bubble" });
  if (side === "theirs") {
    box.append(h("div", { class: "sender" }, bdi(message.name, { class: `name name-${tint(sender.slice(-6))}` })));
  }
  for (const url of message.pictures) box.append(picture(url));
  box.append(text(phone, message));
  const item = h("li", { class: `message ${side}` }, h("div", { class: "stack" }, box));
  if (side === "theirs") item.prepend(avatar({ id: sender.slice(-6), title: message.name }));
  return item;
}

function text(phone, message) {
  const node = h("div", { class: "text", dir: "auto" });
  (message.text ?? "").split("\n").forEach((line, at) => {
    if (at) node.append("\n");
    const number = NUMBERED.exec(line)?.[1];
    node.append(...(number ? [answer(phone, line, number)] : linked(line)));
  });
  node.append(h("span", { class: "meta" }, h("time", {}, clock(message.date))));
  return node;
}

function answer(phone, line, number) {
  const send = () => phone.send(number);
  return h("button", { class: "command", type: "button", on: { click: send } }, line);
}

function linked(line) {
  const parts = [];
  let done = 0;
  for (const found of line.matchAll(LINK)) {
    const url = safeUrl(found[0]);
    parts.push(line.slice(done, found.index));
    parts.push(url ? h("a", { href: url.href, target: "_blank", rel: "noopener noreferrer" }, found[0]) : found[0]);
    done = found.index + found[0].length;
  }
  return [...parts, line.slice(done)];
}

function picture(url) {
  const path = safeUrl(url)?.pathname ?? "";
  const own = path.startsWith("/play/groupme/pictures/") ? path : "";
  return h("img", { class: "photo", src: own, alt: "Picture" });
}
