// A GroupMe phone: one group and, beside it, the private talk with the club's account.

import { post } from "./api.js";
import { avatar, bdi, h, iconButton } from "./dom.js";
import { groupmeBubble } from "./groupme_bubble.js";
import { openMenu } from "./popup.js";

const TOAST_MS = 5000;

export class GroupMePhone {
  kind = "groupme";
  taps = { clear() {} };
  #speaker = null;
  #private = false;
  #missed = 0;
  #toastTimer = 0;

  constructor(app, groupId) {
    Object.assign(this, { app, subjectId: groupId, world: app.groupme });
    this.log = { follow: () => this.#follow(), remove() {} };
    this.#build();
  }

  #build() {
    this.owner = h("h2", { class: "owner", id: `owner-groupme-${this.subjectId}` });
    this.tabs = h("div", { class: "tabs" });
    this.head = h("div", { class: "chat-head" });
    this.list = h("ol", { class: "messages" });
    this.scroll = h("div", { class: "log", role: "region", tabindex: "0", "aria-label": "Messages" }, this.list);
    this.toastBox = h("div", { class: "toast", role: "status" });
    this.select = h("select", { "aria-label": "Speak as" });
    this.field = h("textarea", {
      class: "field", rows: "1", dir: "auto", placeholder: "Message", maxlength: "1000",
      autocomplete: "off", enterkeyhint: "send", "aria-label": "Message on GroupMe",
    });
    const send = iconButton("send", "Send", { class: "round send", type: "submit" });
    this.form = h("form", { class: "composer" },
      h("div", { class: "as-bar" }, h("span", { "aria-hidden": "true" }, "Speak as"), this.select),
      h("div", { class: "line" }, this.field, send));
    const screen = h("div", { class: "screen" }, this.tabs, this.head,
      h("div", { class: "log-frame" }, this.scroll, this.toastBox), this.form);
    this.root = h("section", {
      class: "phone phone-room phone-groupme", "aria-labelledby": this.owner.id, data: { phone: "groupme" },
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
    return `groupme:${this.subjectId}`;
  }

  exists() {
    return this.world.groups.has(this.subjectId);
  }

  group() {
    return this.world.groups.get(this.subjectId);
  }

  subject() {
    return { id: this.subjectId, title: this.group().name };
  }

  title() {
    return `${this.group().name} on GroupMe`;
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

  /** Whose finger is on this phone. */
  actorId() {
    const people = this.world.people();
    return (people.find((one) => one.id === this.#speaker) ?? people[0])?.id ?? null;
  }

  speakAs(id) {
    this.#speaker = id;
    this.refresh();
    this.showMessages();
  }

  showPrivate(isPrivate) {
    this.#private = isPrivate;
    this.refresh();
    this.showMessages();
  }

  refresh() {
    const group = this.group();
    this.owner.replaceChildren(avatar(this.subject()), bdi(group.name), h("span", { class: "label" }, "GroupMe"));
    this.tabs.replaceChildren(this.#tab(group.name, false), this.#tab("Club account", true));
    this.#drawHead(group);
    this.#drawSpeakers();
  }

  #tab(label, isPrivate) {
    const props = { class: "tab", type: "button", "aria-selected": String(this.#private === isPrivate) };
    return h("button", { ...props, on: { click: () => this.showPrivate(isPrivate) } }, bdi(label));
  }

  #drawHead(group) {
    const open = (event) => openMenu(event.currentTarget, this.#menu(), "Group menu");
    const said = this.#private
      ? "direct messages, read every few seconds"
      : `${group.members.length} members · ${group.share_url ? "open by link" : "no share link"}`;
    const title = h("div", { class: "chat-title" }, bdi(this.#private ? "Club account" : group.name), h("small", {}, said));
    const props = { class: "round", "aria-haspopup": "menu", on: { click: open } };
    this.head.replaceChildren(avatar(this.subject()), title, iconButton("more", "Group menu", props));
  }

  #drawSpeakers() {
    const chosen = this.actorId();
    const options = this.world.people().map((one) => {
      const where = this.world.isIn(this.group(), one.id) ? "" : " (outside)";
      return h("option", { value: one.id, selected: one.id === chosen }, `${one.name}${where}`);
    });
    this.select.replaceChildren(...options);
  }

  #menu() {
    const group = this.group();
    const comings = this.world.people().map((one) => (
      this.world.isIn(group, one.id)
        ? { label: `${one.name} leaves`, run: () => this.#play("leave", { user_id: one.id }) }
        : { label: `${one.name} joins by the link`, run: () => this.#play("join", { user_id: one.id }) }));
    const label = group.share_url ? "Turn the share link off" : "Turn the share link on";
    return [...comings, { label, run: () => this.#play("share", { on: !group.share_url }) }];
  }

  showMessages() {
    const shown = this.#private
      ? this.world.lettersOf(this.actorId()) : this.world.postsOf(this.subjectId);
    this.list.replaceChildren(...shown.map((one) => groupmeBubble(this, one)));
    this.#follow();
  }

  /** Telegram's messages are not ours. */
  onMessage() {}

  onEvent(event) {
    if (event.type === "groupme_post" && event.group_id === this.subjectId) this.#missed += 1;
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
    const user_id = this.actorId();
    return this.#private
      ? this.#play("direct", { user_id, text }) : this.#play("posts", { user_id, text });
  }

  async #play(action, body) {
    try {
      await post(`groupme/${action}`, { group_id: this.subjectId, ...body });
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
