// One phone: a person's, with the bot and their rooms, or a room's own where anybody speaks.

import { base64, post } from "./api.js";
import { ChatLog } from "./chat_log.js";
import { Composer } from "./composer.js";
import { arrowKeys, avatar, bdi, h, iconButton } from "./dom.js";
import { drawDoor } from "./door.js";
import { drawKeyboard } from "./keyboard.js";
import { phoneMenu } from "./phone_menu.js";
import { openMenu } from "./popup.js";
import { Taps } from "./taps.js";
import { chatTab, emptyState, subtitle } from "./phone_parts.js";
import { fullName } from "./world.js";

const ANONYMOUS = "anonymous";
const TOAST_MS = 5000;

export class Phone {
  #chatId;
  #speaker = null;
  #unread = new Map();
  #missed = 0;
  #toastTimer = 0;

  constructor(app, kind, subjectId) {
    Object.assign(this, { app, kind, subjectId, world: app.world });
    this.#chatId = subjectId;
    this.taps = new Taps(this);
    this.log = new ChatLog(this);
    this.composer = new Composer(this);
    this.#build();
  }

  #build() {
    this.owner = h("h2", { class: "owner", id: `owner-${this.subjectId}` });
    this.tabs = h("div", { class: "tabs", role: "tablist", "aria-label": "Chats" });
    this.head = h("div", { class: "chat-head" });
    this.bar = h("div", { class: "bar", hidden: true });
    this.toastBox = h("div", { class: "toast", role: "status" });
    this.door = h("div", { class: "door", role: "group", "aria-label": "Requests to join", hidden: true });
    const screen = h("div", { class: "screen" }, this.tabs, this.head, this.door,
      h("div", { class: "log-frame" }, this.log.root, this.log.below, this.toastBox),
      this.bar, this.composer.root);
    this.root = h("section", {
      class: `phone phone-${this.kind}`, "aria-labelledby": this.owner.id,
      data: { phone: this.kind === "room" ? "room" : this.world.people.get(this.subjectId).first_name },
    }, this.owner, screen);
    arrowKeys(this.tabs, "[role=tab]");
  }

  key() {
    return `${this.kind}:${this.subjectId}`;
  }

  exists() {
    if (this.kind === "person") return this.world.people.has(this.subjectId);
    return this.world.rooms().includes(this.subject());
  }

  person() {
    return this.world.people.get(this.subjectId);
  }

  subject() {
    return this.kind === "room" ? this.world.chats.get(this.subjectId) : this.person();
  }

  title() {
    return this.kind === "room" ? fullName(this.subject()) : this.person().first_name;
  }

  /** Whose finger is on this phone. */
  actorId() {
    if (this.kind === "person") return this.subjectId;
    const members = this.world.members(this.subject());
    const chosen = members.find((one) => one.id === this.#speaker) ?? members[0];
    return chosen?.id ?? null;
  }

  isAnonymous() {
    return this.#speaker === ANONYMOUS;
  }

  isRoom() {
    return this.#chatId !== this.subjectId || this.kind === "room";
  }

  chatId() {
    return this.#chatId;
  }

  commands() {
    return this.world.commandsFor(this.actorId(), this.#chatId);
  }

  /** New messages that were not in sight: in other chats, or all while the phone is away. */
  unread() {
    return [...this.#unread.values()].reduce((sum, count) => sum + count, this.#missed);
  }

  seen() {
    this.#missed = 0;
  }

  speakAs(id) {
    this.#speaker = id === ANONYMOUS ? ANONYMOUS : Number(id);
    this.refresh();
    this.showMessages();
  }

  showChat(chatId) {
    this.composer.switchChat(this.#chatId, chatId, this.#fieldLabel());
    this.#chatId = chatId;
    this.#unread.delete(chatId);
    this.refresh();
    this.showMessages();
  }

  #fieldLabel() {
    return `Message on ${this.title()}’s phone`;
  }

  /** Everything around the messages. */
  refresh() {
    if (this.kind === "person" && !this.#has(this.#chatId)) {
      this.#chatId = this.subjectId;
      this.showMessages();
    }
    this.#drawOwner();
    this.#drawTabs();
    this.#drawHead();
    this.#drawBar();
    this.#drawSpeakers();
    drawKeyboard(this, this.composer.keys);
    drawDoor(this, this.door);
  }

  #drawOwner() {
    const subject = this.subject();
    const label = this.kind === "room" ? "everyone sees this" : subject.label;
    this.owner.replaceChildren(avatar(subject), bdi(fullName(subject)));
    if (label) this.owner.append(h("span", { class: "label" }, label));
    this.composer.field.setAttribute("aria-label", this.#fieldLabel());
  }

  #drawTabs() {
    const chats = this.kind === "room" ? [this.subjectId] : this.world.chatsOf(this.subjectId);
    const held = this.tabs.contains(document.activeElement);
    this.tabs.replaceChildren(...chats.map((id) => chatTab(this, id, this.#unread.get(id) ?? 0)));
    this.tabs.hidden = chats.length < 2;
    this.log.root.setAttribute("role", this.tabs.hidden ? "region" : "tabpanel");
    if (held) this.tabs.querySelector("[aria-selected=true]")?.focus();
  }

  #drawHead() {
    const chat = this.world.chats.get(this.#chatId);
    const subject = this.isRoom() ? chat : this.world.bot;
    const open = (event) => openMenu(event.currentTarget, phoneMenu(this), "Chat menu");
    const props = { class: "round", "aria-haspopup": "menu", on: { click: open } };
    const title = h("div", { class: "chat-title" },
      bdi(fullName(subject)), h("small", {}, subtitle(this, chat)));
    this.head.replaceChildren(
      avatar(subject, !this.isRoom()), title, iconButton("more", "Chat menu", props));
  }

  #drawBar() {
    const person = this.kind === "person" && !this.isRoom() ? this.person() : null;
    const wanted = person?.blocked ? "Unblock" : person && !person.started ? "Start" : null;
    this.bar.hidden = !wanted;
    this.composer.root.hidden = wanted === "Unblock" || this.actorId() === null;
    if (wanted === this.bar.firstChild?.textContent) return;
    const act = wanted === "Unblock" ? () => this.#post("unblock") : () => this.start();
    const button = h("button", { class: "start", type: "button", on: { click: act } }, wanted ?? "");
    this.bar.replaceChildren(...(wanted ? [button] : []));
  }

  #drawSpeakers() {
    if (this.kind !== "room") return;
    const members = this.world.members(this.subject());
    const speakers = members.map((one) => ({ id: one.id, name: fullName(one) }));
    speakers.push({ id: ANONYMOUS, name: "Anonymous admin" });
    const chosen = this.isAnonymous() ? ANONYMOUS : this.actorId();
    this.composer.showSpeakers(speakers, chosen, (id) => this.speakAs(id));
  }

  showMessages() {
    const messages = this.world.messagesOf(this.#chatId);
    const other = this.isRoom() ? this.world.chats.get(this.#chatId) : this.world.bot;
    this.log.showAll(messages, `Messages: ${fullName(other)}`, emptyState(this));
  }

  /** A message somewhere in the world; shown or counted when it concerns this phone. */
  onMessage(message, isNew) {
    const news = isNew && message.from_id !== this.actorId();
    if (message.chat_id === this.#chatId) {
      this.log.show(message, isNew);
      if (news && this.root.offsetWidth === 0) this.#missed += 1;
    } else if (news && this.#has(message.chat_id)) {
      this.#unread.set(message.chat_id, (this.#unread.get(message.chat_id) ?? 0) + 1);
      this.#drawTabs();
    }
  }

  #has(chatId) {
    return this.kind === "person" && this.world.chatsOf(this.subjectId).includes(chatId);
  }

  async start() {
    await this.#post("start");
    this.composer.field.focus();
  }

  #post(action, body = {}) {
    return this.attempt(() => post(action, { user_id: this.actorId(), ...body }));
  }

  /** Runs an action; its refusal becomes a toast. True when it went well. */
  async attempt(act) {
    try {
      await act();
      return true;
    } catch (error) {
      this.toast(error.message);
      return false;
    }
  }

  send(text, replyTo) {
    const body = { chat_id: this.#chatId, text };
    if (this.isAnonymous()) return this.attempt(() => post("anonymous", body));
    if (replyTo) body.reply_to = replyTo;
    return this.#post("messages", body);
  }

  async attach(file, caption) {
    const body = { chat_id: this.#chatId, file_name: file.name, content: await base64(file) };
    if (caption.trim()) body.caption = caption;
    return this.#post("documents", body);
  }

  async sendPlace(place, replyTo) {
    const body = { chat_id: this.#chatId, ...place };
    if (replyTo) body.reply_to = replyTo;
    return this.#post("places", body);
  }

  async copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      this.toast("Copied.");
    } catch {
      this.toast(text);
    }
  }

  toast(text) {
    clearTimeout(this.#toastTimer);
    this.toastBox.replaceChildren(h("span", { dir: "auto" }, text));
    this.#toastTimer = setTimeout(() => this.toastBox.replaceChildren(), TOAST_MS);
  }

  /** Draws the eye to a phone on which something was opened. */
  flash() {
    this.root.classList.remove("flash");
    requestAnimationFrame(() => this.root.classList.add("flash"));
  }
}
