// Formatted text, rebuilt node by node from a whitelist: markup from outside never becomes DOM.

import { h } from "./dom.js";
import { isTelegram, openLink, safeUrl } from "./links.js";

const TAGS = {
  B: "b", STRONG: "b", I: "i", EM: "i", U: "u", INS: "u", S: "s", STRIKE: "s", DEL: "s",
  CODE: "code", PRE: "pre", BLOCKQUOTE: "blockquote",
};
const VERBATIM = new Set(["CODE", "PRE", "A"]);
const SILENT = new Set(["SCRIPT", "STYLE", "TEMPLATE"]);
// What Telegram makes tappable by itself: addresses, and commands after a space.
const TAPPABLE =
  /(?<url>(?:https?:\/\/|\bt\.me\/)[^\s<>"']*[^\s<>"'.,;:!?)\]])|(?<=^|\s)(?<command>\/[a-z]\w{0,31}(?:@\w+)?)/gi;

/** Renders into `target` and returns the Telegram links found, each once. */
export function renderRichText(phone, html, target) {
  const links = new Map();
  const source = new DOMParser().parseFromString(html, "text/html").body;
  copy({ phone, links }, source, target, false);
  return [...links.values()];
}

function copy(context, source, target, verbatim) {
  for (const node of source.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) copyText(context, node.data, target, verbatim);
    else if (node.nodeType === Node.ELEMENT_NODE && !SILENT.has(node.tagName)) {
      const made = element(context, node);
      if (made) target.append(made);
      copy(context, node, made ?? target, verbatim || VERBATIM.has(node.tagName));
    }
  }
}

function element(context, node) {
  if (node.tagName === "BR") return h("br");
  if (node.tagName === "A") return anchor(context, safeUrl(node.getAttribute("href") ?? ""));
  if (node.tagName === "TG-SPOILER") return spoiler();
  return node.tagName in TAGS ? h(TAGS[node.tagName]) : null;
}

function copyText(context, text, target, verbatim) {
  let done = 0;
  for (const found of verbatim ? [] : text.matchAll(TAPPABLE)) {
    const { url, command } = found.groups;
    const made = command ? commandButton(context.phone, command) : anchor(context, safeUrl(url));
    if (!made) continue;
    target.append(text.slice(done, found.index), made);
    if (url) made.append(url);
    done = found.index + found[0].length;
  }
  target.append(text.slice(done));
}

function anchor(context, url) {
  if (!url) return null;
  const link = h("a", { href: url.href, target: "_blank", rel: "noopener noreferrer" });
  if (isTelegram(url)) {
    context.links.set(url.href, url);
    link.addEventListener("click", (event) => {
      event.preventDefault();
      openLink(context.phone, url);
    });
  }
  return link;
}

function commandButton(phone, command) {
  const send = () => phone.send(command);
  return h("button", { class: "command", type: "button", on: { click: send } }, command);
}

function spoiler() {
  const props = { class: "spoiler", role: "button", tabindex: "0" };
  const node = h("span", { ...props, "aria-label": "Show hidden text" });
  const reveal = () => {
    node.classList.add("shown");
    for (const name of ["role", "tabindex", "aria-label"]) node.removeAttribute(name);
  };
  node.addEventListener("click", reveal);
  node.addEventListener("keydown", (event) => event.key === "Enter" && reveal());
  return node;
}
