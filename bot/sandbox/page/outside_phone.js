// A phone on another service than Telegram: somebody speaks, and reads what came.

import { post } from "./api.js";
import { h, iconButton } from "./dom.js";

const TOAST_MS = 5000;

/**
 * Whoever extends it tells `key`, `subject`, `title` and `exists`, draws itself in `refresh`, lists
 * what is `shown`, and sends with `send`. `world` holds what the service knows.
 */
export class OutsidePhone {
  taps = { clear() {} };
  speaker = null;
  missed = 0;
  #toastTimer = 0;

  /** `service` is its name for people, `kind` that of its part of the play API. */
  constructor(app, { kind, service, world, room = false, limit, id = kind }) {
    Object.assign(this, { app, kind, service, world, limit });
    this.log = { follow: () => this.#follow(), remove() {} };
    this.owner = h("h2", { class: "owner", id: `owner-${id}` });
    this.tabs = h("div", { class: "tabs" });
    this.head = h("div", { class: "chat-head" });
    this.list = h("ol", { class: "messages" });
    this.scroll = h("div", { class: "log", role: "region", tabindex: "0", "aria-label": "Messages" }, this.list);
    this.toastBox = h("div", { class: "toast", role: "status" });
    const screen = h("div", { class: "screen" }, ...(room ? [this.tabs] : []), this.head,
      h("div", { class: "log-frame" }, this.scroll, this.toastBox), this.#composer());
    this.root = h("section", {
      class: `phone ${room ? "phone-room " : ""}phone-${kind}`, "aria-labelledby": this.owner.id,
      data: { phone: kind },
    }, this.owner, screen);
  }

  #composer() {
    this.select = h("select", { "aria-label": "Speak as" });
    this.field = h("textarea", {
      class: "field", rows: "1", dir: "auto", placeholder: "Message", maxlength: this.limit,
      autocomplete: "off", enterkeyhint: "send", "aria-label": `Message on ${this.service}`,
    });
    const send = iconButton("send", "Send", { class: "round send", type: "submit" });
    const form = h("form", { class: "composer" },
      h("div", { class: "as-bar" }, h("span", { "aria-hidden": "true" }, "Speak as"), this.select),
      h("div", { class: "line" }, this.field, send));
    this.select.addEventListener("change", () => this.speakAs(this.select.value));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.submit();
    });
    return form;
  }

  chatId() {
    return null;
  }

  unread() {
    return this.missed;
  }

  seen() {
    this.missed = 0;
  }

  /** Whose finger is on this phone; the first of its people until one is chosen. */
  speaking() {
    const people = this.world.people();
    return people.find((one) => one.id === this.speaker) ?? people[0];
  }

  speakAs(id) {
    this.speaker = id;
    this.redraw();
  }

  redraw() {
    this.refresh();
    this.showMessages();
  }

  /** Telegram's messages are not ours. */
  onMessage() {}

  async submit() {
    const text = this.field.value;
    if (!text.trim()) return;
    this.field.value = "";
    if (!(await this.send(text))) this.field.value ||= text;
  }

  showMessages() {
    this.list.replaceChildren(...this.shown());
    this.#follow();
  }

  /** Has it happen in the sandbox; false, with the reason shown, when it is refused. */
  async play(action, body) {
    try {
      await post(`${this.kind}/${action}`, body);
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
