// A WhatsApp phone: one person's talk with the club's number.

import { avatar, bdi, h, iconButton } from "./dom.js";
import { OutsidePhone } from "./outside_phone.js";
import { openMenu } from "./popup.js";
import { whatsappBubble } from "./whatsapp_bubble.js";

export class WhatsAppPhone extends OutsidePhone {
  constructor(app) {
    super(app, { kind: "whatsapp", service: "WhatsApp", world: app.whatsapp, limit: "4096" });
  }

  key() {
    return "whatsapp";
  }

  exists() {
    return this.world.accounts.size > 0;
  }

  subject() {
    return { id: "909", title: "WhatsApp" };
  }

  title() {
    return `${this.speaking()?.name ?? "Somebody"} on WhatsApp`;
  }

  refresh() {
    const account = this.speaking();
    if (!account) return;
    this.owner.replaceChildren(avatar(this.subject()), bdi(account.name), h("span", { class: "label" }, "WhatsApp"));
    const options = this.world.people().map((one) => (
      h("option", { value: one.id, selected: one.id === account.id }, `${one.name} +${one.id}`)));
    this.select.replaceChildren(...options);
    const open = (event) => openMenu(event.currentTarget, this.#menu(account), "WhatsApp menu");
    const said = account.gone ? "out of reach" : account.hides_number ? "hides the number" : "business account";
    const title = h("div", { class: "chat-title" }, bdi("Usher club"), h("small", {}, said));
    const props = { class: "round", "aria-haspopup": "menu", on: { click: open } };
    this.head.replaceChildren(avatar(this.subject()), title, iconButton("more", "WhatsApp menu", props));
  }

  #menu({ hides_number, gone }) {
    const run = (action, body) => () => this.#play(action, body);
    return [
      { label: "Read everything", run: run("read") },
      { label: "Let a day pass", run: run("wait") },
      { label: hides_number ? "Show the number" : "Hide the number", run: run("hide", { on: !hides_number }) },
      { label: gone ? "Be in reach again" : "Be out of reach", run: run("gone", { on: !gone }) },
    ];
  }

  shown() {
    const account = this.speaking();
    const found = account ? this.world.messagesOf(account.id) : [];
    return found.map((one) => whatsappBubble(this, one));
  }

  onEvent(event) {
    if (event.type === "whatsapp_message" && event.mine && event.status === "accepted") this.missed += 1;
    this.redraw();
  }

  send(text) {
    return this.#play("messages", { text });
  }

  tap(message_id, answer) {
    return this.#play("taps", { message_id, answer });
  }

  #play(action, body = {}) {
    return this.play(action, { number: this.speaking().id, ...body });
  }
}
