// Small menus in the top layer: Escape and a click elsewhere close them, arrows move in them.

import { arrowKeys, h } from "./dom.js";

let open = null;

function closeMenu() {
  open?.hidePopover();
}

/** Items are {label, run}; `title` names the menu for screen readers. */
export function openMenu(anchor, items, title) {
  closeMenu();
  const menu = h("div", { class: "menu", popover: "auto", role: "menu", "aria-label": title });
  for (const item of items) menu.append(entry(item, menu));
  arrowKeys(menu, "[role=menuitem]");
  menu.addEventListener("toggle", (event) => event.newState === "closed" && closed(menu, anchor));
  anchor.closest(".phone, body").append(menu);
  open = menu;
  menu.showPopover();
  place(menu, anchor.getBoundingClientRect());
  anchor.setAttribute("aria-expanded", "true");
  menu.querySelector("[role=menuitem]")?.focus();
}

function entry(item, menu) {
  const run = () => {
    menu.hidePopover();
    item.run();
  };
  return h("button", { type: "button", role: "menuitem", on: { click: run } }, h("bdi", {}, item.label));
}

function closed(menu, anchor) {
  const heldFocus = menu.contains(document.activeElement) || document.activeElement === document.body;
  menu.remove();
  if (open === menu) open = null;
  anchor.setAttribute("aria-expanded", "false");
  if (heldFocus) anchor.focus();
}

function place(menu, anchor) {
  const { width, height } = menu.getBoundingClientRect();
  const fits = anchor.left + width + 8 <= window.innerWidth;
  const left = fits ? anchor.left : anchor.right - width;
  const below = anchor.bottom + 4;
  const top = below + height > window.innerHeight ? anchor.top - height - 4 : below;
  menu.style.left = `${Math.max(8, left)}px`;
  menu.style.top = `${Math.max(8, top)}px`;
}
