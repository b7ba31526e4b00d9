// A WhatsApp phone: one person's talk with the club's number.

import { post } from "./api.js";
import { avatar, bdi, h, iconButton } from "./dom.js";
import { openMenu } from "./popup.js";
import { whatsappBubble } from "./whatsapp_bubble.js";

const TOAST_MS = 5000;

export class WhatsAppPhone {
  kind = "whatsapp";
  taps = { clear() {} };
  #speaker = null;
  #missed = 0;
  #toastTimer = 0;

  constructor(app) {
    Object.assign(this, { app, world: app.whatsapp });
    this.log = { follow: () => this.#follow(), remove() {} };
    this.#build();
  }

  #build() {
    this.owner = h("h2", { class: "owner", id: "owner-whatsapp" });
    this.head = h("div", { class: "chat-head" });
    this.list = h("ol", { class: "messages" });
    this.scroll = h("div", { class: "log", role: "region", tabindex: "0", "aria-label": "Messages" }, this.list);
    this.toastBox = h("div", { class: "toast", role: "status" });
    this.select = h("select", { "aria-label": "Speak as" });
    this.field = h("textarea", {
      class: "field", rows: "1", dir: "auto", placeholder: "Message", maxlength: "4096",
      autocomplete: "off", enterkeyhint: "send", "aria-label": "Message on WhatsApp",
    });
    const send = iconButton("send", "Send", { class: "round send", type: "submit" });
    this.form = h("form", { class: "composer" },
      h("div", { class: "as-bar" }, h("span", { "aria-hidden": "true" }, "Speak as"), this.select),
      h("div", { class: "line" }, this.field, send));
    const screen = h("div", { class: "screen" }, this.head,
      h("div", { class: "log-frame" }, this.scroll, this.toastBox), this.form);
    this.root = h("section", {
      class: "phone phone-whatsapp", "aria-labelledby": this.owner.id, data: { phone: "whatsapp" },
    }, this.owner, screen);
    this.#listen();
  }

  #listen() {
    this.select.addEventListener("change", () => this.speakAs(this.select.value));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.submit();
    });
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
    return `${this.account()?.name ?? "Somebody"} on WhatsApp`;
  }

  chatId() {
    return null;
  }

  unread() {
    return this.#missed;
  }

  seen() {
    this.#missed = 0;
  }

  account() {
    const people = this.world.people();
    return people.find((one) => one.id === this.#speaker) ?? people[0];
  }

  speakAs(number) {
    this.#speaker = number;
    this.refresh();
    this.showMessages();
  }

  refresh() {
    const account = this.account();
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

  showMessages() {
    const account = this.account();
    const shown = account ? this.world.messagesOf(account.id) : [];
    this.list.replaceChildren(...shown.map((one) => whatsappBubble(this, one)));
    this.#follow();
  }

  /** Telegram's messages are not ours. */
  onMessage() {}

  onEvent(event) {
    if (event.type === "whatsapp_message" && event.mine && event.status === "accepted") this.#missed += 1;
    this.refresh();
    this.showMessages();
  }

  async submit() {
    const text = this.field.value;
    if (!text.trim()) return;
    this.field.value = "";
    if (!(await this.send(text))) this.field.value ||= text;
  }

  send(text) {
    return this.#play("messages", { text });
  }

  tap(message_id, answer) {
    return this.#play("taps", { message_id, answer });
  }

  async #play(action, body = {}) {
    try {
      await post(`whatsapp/${action}`, { number: this.account().id, ...body });
      return true;
    } catch (error) {
      this.toast(error.message);
      return false;
    }
  }

  toast(text) {
    clearTimeout(this.#toastTimer);
    this.toastBox.replaceChildren(h("span", {}, text));
    this.#toastTimer = setTimeout(() => this.toastBox.replaceChildren(), TOAST_MS);
  }

  flash() {}

  #follow() {
    this.scroll.scrollTop = this.scroll.scrollHeight;
  }
}
