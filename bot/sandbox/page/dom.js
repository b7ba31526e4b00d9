// Building DOM without ever parsing text as HTML.

const SVG = "http://www.w3.org/2000/svg";

const ICONS = {
  send: "M3.4 20.4 21 12 3.4 3.6 3.3 10.1 15 12 3.3 13.9z",
  slash: "M4 6h16M4 12h10M4 18h13",
  more: "M12 5.5v.01M12 12v.01M12 18.5v.01",
  down: "M6 9l6 6 6-6",
  check: "M5 12.5l4.5 4.5L19 7.5",
  place: "M12 21c4-5 6-8 6-11a6 6 0 0 0-12 0c0 3 2 6 6 11zM12 8v.01",
  file: "M7 3h7l4 4v14H7zM14 3v4h4",
  outside: "M9 6h9v9M18 6 7 17",
  copy: "M9 9V5h10v10h-4M5 9h10v10H5z",
  phone: "M8 3h8q1.5 0 1.5 1.5v15q0 1.5-1.5 1.5H8q-1.5 0-1.5-1.5v-15Q6.5 3 8 3zM11 18h2",
};

/** An element. Props are attributes, except `class` lists, `on` handlers and `data`. */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) setProp(node, name, value);
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

function setProp(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name === "on") {
    for (const [event, handler] of Object.entries(value)) node.addEventListener(event, handler);
  } else if (name === "data") Object.assign(node.dataset, value);
  else node.setAttribute(name, value === true ? "" : value);
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** A name from outside, kept from turning the text around it right to left. */
export const bdi = (text, props = {}) => h("bdi", props, text);

export const tint = (id) => Math.abs(Number(id)) % 7;

/** Round picture with initials, or the bot's own mark. */
export function avatar(subject, isBot = false) {
  if (isBot) return h("img", { class: "avatar", src: "page/usher.svg", alt: "" });
  const letters = Array.from(subject.title || subject.first_name || "?");
  const second = subject.last_name ? Array.from(subject.last_name)[0] : "";
  const props = { class: `avatar tint-${tint(subject.id)}`, "aria-hidden": "true" };
  return h("span", props, bdi((letters[0] + second).toUpperCase()));
}

export const clock = (seconds) =>
  new Date(seconds * 1000).toLocaleTimeString([], {
    hour: "2-digit", minute: "2-digit", hourCycle: "h23",
  });

/** A round button that shows only an icon; `label` is its name. */
export function iconButton(name, label, props = {}) {
  const all = { type: "button", "aria-label": label, title: label, ...props };
  return h("button", all, icon(name));
}

/** How many are new, as a number in a pill. */
export function badge(count) {
  return h("span", { class: "badge", "aria-label": `${count} new` }, String(count));
}

/** Arrow keys, Home and End move between the children that match. */
export function arrowKeys(list, selector) {
  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const items = [...list.querySelectorAll(selector)];
    const at = items.indexOf(document.activeElement);
    if (at < 0) return;
    let next = null;
    if (step) next = items[(at + step + items.length) % items.length];
    if (event.key === "Home") next = items[0];
    if (event.key === "End") next = items[items.length - 1];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
}
