// One message as WhatsApp shows it: words, a picture or file, answers to tap, ticks.

import { clock, h } from "./dom.js";
import { safeUrl } from "./links.js";

const LINK = /https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]]/g;
const NUMBERED = /^Reply (\d{1,2}) – /;
const TICKS = { accepted: "◷", sent: "✓", delivered: "✓✓", read: "✓✓ read", failed: "not delivered" };

export function whatsappBubble(phone, message) {
  // On the person's phone what the club sent is theirs.
  const side = message.mine ? "theirs" : "mine";
  const box = h("div", { class: "bubble" });
  if (message.template) box.append(h("div", { class: "sender" }, `Template ${message.template}`));
  if (message.picture) box.append(picture(message.picture));
  if (message.file) box.append(h("div", { class: "text" }, `📄 ${message.file}`));
  box.append(text(phone, message));
  const stack = h("div", { class: "stack" }, box);
  if (message.buttons.length) stack.append(answers(phone, message));
  return h("li", { class: `message ${side}` }, stack);
}

function text(phone, message) {
  const node = h("div", { class: "text", dir: "auto" });
  message.text.split("\n").forEach((line, at) => {
    if (at) node.append("\n");
    const number = NUMBERED.exec(line)?.[1];
    node.append(...(number ? [typed(phone, line, number)] : linked(line)));
  });
  const ticks = message.mine ? ` ${TICKS[message.status] ?? ""}` : "";
  node.append(h("span", { class: "meta" }, h("time", {}, clock(message.date)), ticks));
  return node;
}

function typed(phone, line, number) {
  return h("button", { class: "command", type: "button", on: { click: () => phone.send(number) } }, line);
}

function answers(phone, message) {
  const label = message.list || "Answers";
  const props = { class: "keyboard", role: "group", "aria-label": label };
  const rows = message.buttons.map((one) => {
    const tap = () => phone.tap(message.id, one.id);
    const title = h("span", { class: "key-text", dir: "auto" }, one.title);
    return h("div", { class: "keys" }, h("button", { class: "key", type: "button", on: { click: tap } }, title));
  });
  return h("div", props, ...rows);
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

function picture(id) {
  const own = /^\d+$/.test(id) ? `/play/whatsapp/files/${id}` : "";
  return h("img", { class: "photo", src: own, alt: "Picture" });
}
