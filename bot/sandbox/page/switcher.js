// The bar at the bottom of a narrow screen: one phone at a time.

import { arrowKeys, avatar, badge, bdi, h } from "./dom.js";

export class Switcher {
  #chosen = "";
  #drawn = "";

  constructor(app, root) {
    Object.assign(this, { app, root });
    arrowKeys(root, "button");
  }

  choose(phone) {
    this.#chosen = phone.key();
    phone.seen();
    this.draw();
    phone.log.follow();
  }

  draw() {
    const phones = [
      ...this.app.personPhones(), ...this.app.roomPhones(), ...this.app.groupmePhones(),
      ...this.app.whatsappPhones(), this.app.mail,
    ];
    if (!this.app.phones.has(this.#chosen)) this.#chosen = phones[0]?.key() ?? "";
    phones.forEach((phone) => phone.root.classList.toggle("chosen", phone.key() === this.#chosen));
    const parts = phones.map((phone) => [phone.key(), phone.title(), phone.unread()]);
    const state = JSON.stringify([this.#chosen, parts]);
    if (state === this.#drawn) return;
    this.#drawn = state;
    const held = [...this.root.children].indexOf(document.activeElement);
    this.root.replaceChildren(...phones.map((phone) => this.#button(phone)));
    this.root.children[held]?.focus();
  }

  #button(phone) {
    const key = phone.key();
    const current = key === this.#chosen;
    const choose = () => this.choose(this.app.phones.get(key));
    const props = { type: "button", "aria-current": current ? "true" : null };
    const unread = phone.unread();
    const node = h("button", { ...props, on: { click: choose } },
      avatar(phone.subject()), bdi(phone.title()));
    if (unread && !current) node.append(badge(unread));
    return node;
  }
}
