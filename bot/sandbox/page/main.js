// Ties the pieces together: the world as it changes, one phone for each person and room.

import { post, Stream } from "./api.js";
import { setUpDialogs } from "./dialogs.js";
import { GroupMePhone } from "./groupme_phone.js";
import { GroupMeWorld } from "./groupme_world.js";
import { Guide } from "./guide.js";
import { offered } from "./inline_offers.js";
import { openLink } from "./links.js";
import { MailPhone } from "./mail_phone.js";
import { Phone } from "./phone.js";
import { Switcher } from "./switcher.js";
import { answered, forgetTaps } from "./taps.js";
import { WhatsAppPhone } from "./whatsapp_phone.js";
import { WhatsAppWorld } from "./whatsapp_world.js";
import { fullName, plainText, World } from "./world.js";

const byId = (id) => document.getElementById(id);
const ANNOUNCED = 20;

class App {
  world = new World();
  groupme = new GroupMeWorld();
  whatsapp = new WhatsAppWorld();
  phones = new Map();

  constructor() {
    this.mail = new MailPhone(this);
    this.phones.set(this.mail.key(), this.mail);
    this.guide = new Guide(this, byId("guide"));
    this.switcher = new Switcher(this, byId("switcher"));
    this.stream = new Stream({
      onWorld: (state) => this.#load(state),
      onEvent: (event) => this.#apply(event),
      onReset: () => this.#clear(),
      onState: (state) => this.#showState(state),
    });
    setUpDialogs(this);
    byId("limits").addEventListener("change", (event) => this.#setLimits(event.target));
    this.stream.open();
  }

  #load(state) {
    this.world.load(state);
    forgetTaps();
    byId("limits").checked = state.limits;
    this.phones.forEach((phone) => phone.taps.clear());
    this.#syncPhones();
    this.phones.forEach((phone) => phone.showMessages());
    this.guide.draw();
    this.#loadOther(this.groupme, () => this.groupmePhones());
    this.#loadOther(this.whatsapp, () => this.whatsappPhones());
    this.mail.load();
  }

  async #loadOther(world, phones) {
    try {
      await world.load();
    } catch {
      return; // the next state brings it
    }
    this.#syncPhones();
    phones().forEach((phone) => phone.showMessages());
  }

  #onOther(event) {
    if (this.mail.apply(event)) {
      this.switcher.draw();
      return;
    }
    for (const [world, phones] of [
      [this.groupme, () => this.groupmePhones()], [this.whatsapp, () => this.whatsappPhones()],
    ]) {
      if (!world.apply(event)) continue;
      this.#syncPhones();
      phones().forEach((phone) => phone.onEvent(event));
      this.switcher.draw();
    }
  }

  #clear() {
    this.groupme.clear();
    this.whatsapp.clear();
    this.mail.clear();
    this.phones.forEach((phone, key) => phone === this.mail || this.#remove(key, phone));
  }

  #syncPhones() {
    for (const id of this.world.people.keys()) this.#ensure(`person:${id}`, "person", id);
    for (const room of this.world.rooms()) this.#ensure(`room:${room.id}`, "room", room.id);
    for (const id of this.groupme.groups.keys()) this.#ensureGroupMe(`groupme:${id}`, id);
    if (this.whatsapp.people().length) this.#ensureWhatsApp();
    for (const [key, phone] of this.phones) if (!phone.exists()) this.#remove(key, phone);
    this.#order();
    this.phones.forEach((phone) => phone.refresh());
    this.switcher.draw();
  }

  #ensure(key, kind, id) {
    if (this.phones.has(key)) return;
    const phone = new Phone(this, kind, id);
    this.phones.set(key, phone);
  }

  #ensureGroupMe(key, id) {
    if (!this.phones.has(key)) this.phones.set(key, new GroupMePhone(this, id));
  }

  #ensureWhatsApp() {
    if (!this.phones.has("whatsapp")) this.phones.set("whatsapp", new WhatsAppPhone(this));
  }

  #remove(key, phone) {
    phone.root.remove();
    this.phones.delete(key);
  }

  #order() {
    const box = byId("phones");
    const wanted = [
      ...this.personPhones(), ...this.roomPhones(), ...this.groupmePhones(), ...this.whatsappPhones(), this.mail,
    ];
    wanted.forEach((phone, at) => {
      if (box.children[at] !== phone.root) box.insertBefore(phone.root, box.children[at] ?? null);
    });
  }

  #apply(event) {
    const handlers = {
      person: () => this.#onPerson(event),
      // A room's event carries the room's own type in this place.
      chat: () => this.#onChat(event.chat),
      message: () => this.#onMessage(event),
      message_deleted: () => this.#onDeleted(event),
      commands: () => this.world.keepCommands(event.commands),
      answer: () => answered(event),
      offers: () => offered(event),
    };
    (handlers[event.type] ?? (() => this.#onOther(event)))();
  }

  #onPerson(person) {
    const isNew = !this.world.people.has(person.id);
    this.world.people.set(person.id, person);
    this.#syncPhones();
    // Links in older messages can now be opened on one phone more.
    if (isNew) this.phones.forEach((phone) => phone.showMessages());
  }

  #onChat(chat) {
    const isNew = !this.world.chats.has(chat.id);
    this.world.chats.set(chat.id, chat);
    this.#syncPhones();
    if (isNew) this.phones.get(`room:${chat.id}`)?.showMessages();
  }

  #onMessage(message) {
    const isNew = this.world.keep(message);
    this.phones.forEach((phone) => phone.onMessage(message, isNew));
    if (isNew) this.#announce(message);
    this.switcher.draw();
    this.guide.draw();
  }

  #onDeleted({ chat_id, message_id }) {
    this.world.drop(chat_id, message_id);
    this.phones.forEach((phone) => phone.chatId() === chat_id && phone.log.remove(message_id));
  }

  /** Read once by screen readers, however many phones show it. */
  #announce(message) {
    const room = this.world.chats.get(message.chat_id);
    const owner = this.world.people.get(message.chat_id);
    const where = owner ? `${owner.first_name}’s phone` : fullName(room ?? { title: "Room" });
    const text = message.service ?? `${fullName(this.world.sender(message))}: ${plainText(message)}`;
    const line = document.createElement("p");
    line.textContent = `${where}. ${text}`;
    const log = byId("announcer");
    log.append(line);
    while (log.children.length > ANNOUNCED) log.firstChild.remove();
  }

  #showState(state) {
    const badge = byId("link-state");
    badge.dataset.state = state;
    badge.textContent = state === "live" ? "Live" : "Reconnecting…";
  }

  async #setLimits(field) {
    try {
      await post("limits", { enabled: field.checked });
    } catch (error) {
      field.checked = !field.checked;
      byId("page-toast").textContent = error.message;
    }
  }

  personPhones() {
    return [...this.phones.values()].filter((phone) => phone.kind === "person");
  }

  phoneOf(personId) {
    return this.phones.get(`person:${personId}`);
  }

  roomPhones() {
    return [...this.phones.values()].filter((phone) => phone.kind === "room");
  }

  groupmePhones() {
    return [...this.phones.values()].filter((phone) => phone.kind === "groupme");
  }

  whatsappPhones() {
    return [...this.phones.values()].filter((phone) => phone.kind === "whatsapp");
  }

  coachPhone() {
    const phones = this.personPhones();
    return phones.find((phone) => phone.person().label === "coach") ?? phones[0];
  }

  firstRoomPhone() {
    return this.roomPhones()[0];
  }

  isCoach(userId) {
    return this.coachPhone()?.subjectId === userId || this.world.people.get(userId)?.label === "coach";
  }

  /** Brings a phone into view, on narrow screens by switching to it. */
  reveal(phone) {
    this.switcher.choose(phone);
    phone.root.scrollIntoView({ inline: "nearest", block: "nearest" });
    phone.flash();
  }

  typeOn(phone, text) {
    if (!phone) return;
    this.reveal(phone);
    if (phone.kind === "person") phone.showChat(phone.subjectId);
    phone.composer.insert(text);
  }

  async openOn(personId, url) {
    const phone = this.phoneOf(personId);
    this.reveal(phone);
    await openLink(phone, url);
    phone.log.root.focus({ preventScroll: true });
  }

  async addPerson(values) {
    if (values.username) values.username = values.username.replace(/^@/, "");
    await post("people", values);
  }

  async addRoom(values) {
    await post("rooms", { ...values, owner_id: Number(values.owner_id) });
  }
}

new App();
