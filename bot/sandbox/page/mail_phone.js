// The mailbox: every e-mail that Usher sent, whoever it is for, as a mail program shows it.

import { bdi, clock, h, icon } from "./dom.js";

const NOTHING = "Invite somebody by their address: ";
const EXAMPLE = "/invite dana@example.org";

export class MailPhone {
  kind = "mail";
  taps = { clear() {} };
  mails = new Map();
  #missed = 0;
  #open = null;

  constructor(app) {
    this.app = app;
    this.log = { follow: () => this.#follow(), remove() {} };
    const owner = h("h2", { class: "owner", id: "owner-mail" },
      h("span", { class: "avatar tint-4", "aria-hidden": "true" }, "@"), "Mailbox",
      h("span", { class: "label" }, "e-mail"));
    this.list = h("ol", { class: "mails" });
    this.scroll = h("div", { class: "log", role: "region", tabindex: "0", "aria-label": "E-mails" }, this.list);
    this.root = h("section", {
      class: "phone phone-room phone-mail", "aria-labelledby": owner.id, data: { phone: "mail" },
    }, owner, h("div", { class: "screen" }, h("div", { class: "log-frame" }, this.scroll)));
    this.showMessages();
  }

  async load() {
    const answer = await fetch("/play/mails", { cache: "no-store" });
    if (!answer.ok) return; // the next mail brings it
    this.mails = new Map((await answer.json()).map((mail) => [mail.id, mail]));
    this.#open = [...this.mails.keys()].at(-1) ?? null;
    this.showMessages();
  }

  /** Takes in one event; true when it was a mail. */
  apply(event) {
    if (event.type !== "mail") return false;
    const isNew = !this.mails.has(event.id);
    this.mails.set(event.id, event);
    if (isNew) this.#missed += 1;
    if (isNew) this.#open = event.id;
    this.showMessages();
    return true;
  }

  clear() {
    this.mails.clear();
    this.showMessages();
  }

  key() {
    return "mail";
  }

  exists() {
    return true;
  }

  subject() {
    return { id: 4, title: "@" };
  }

  title() {
    return "Mailbox";
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

  refresh() {}

  onMessage() {}

  flash() {}

  showMessages() {
    const mails = [...this.mails.values()];
    this.list.replaceChildren(...(mails.length ? mails.map((mail) => this.#item(mail)) : [this.#empty()]));
    this.#follow();
  }

  #empty() {
    const type = () => this.app.typeOn(this.app.coachPhone(), EXAMPLE);
    const button = h("button", { class: "suggestion", type: "button", on: { click: type } }, EXAMPLE);
    return h("li", { class: "empty-card" }, h("b", {}, "No e-mail yet"), h("p", {}, NOTHING, button));
  }

  #item(mail) {
    const to = h("small", {}, "to ", bdi(mail.to), ` · ${clock(mail.date)}`, copies(mail));
    const head = h("summary", {}, bdi(mail.subject, { class: "subject" }), to);
    const item = h("details", { class: "mail", open: mail.id === this.#open }, head);
    const fill = () => item.open && item.children.length === 1 && item.append(...body(mail));
    item.addEventListener("toggle", () => {
      if (item.open) this.#open = mail.id;
      fill();
    });
    fill();
    return h("li", {}, item);
  }

  #follow() {
    this.scroll.scrollTop = this.scroll.scrollHeight;
  }
}

const copies = (mail) => (mail.copies > 1 ? ` · came ${mail.copies} times` : "");

function body(mail) {
  const frame = h("iframe", {
    src: mail.html, title: mail.subject, loading: "lazy",
    sandbox: "allow-popups allow-popups-to-escape-sandbox",
  });
  const files = mail.files.map((name, at) => (
    h("a", { class: "file", href: `${mail.html}/files/${at}`, download: name }, icon("file"), bdi(name))));
  const raw = h("a", { href: `${mail.html}/raw`, target: "_blank", rel: "noopener" }, "with all headers");
  return [frame, h("p", { class: "mail-foot" }, ...files, raw)];
}
