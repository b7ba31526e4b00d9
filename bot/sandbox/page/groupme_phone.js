// A GroupMe phone: one group and, beside it, the private talk with the club's account.

import { avatar, bdi, h, iconButton } from "./dom.js";
import { groupmeBubble } from "./groupme_bubble.js";
import { OutsidePhone } from "./outside_phone.js";
import { openMenu } from "./popup.js";

export class GroupMePhone extends OutsidePhone {
  #private = false;

  constructor(app, groupId) {
    super(app, {
      kind: "groupme", service: "GroupMe", world: app.groupme, room: true, limit: "1000",
      id: `groupme-${groupId}`,
    });
    this.subjectId = groupId;
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

  actorId() {
    return this.speaking()?.id ?? null;
  }

  showPrivate(isPrivate) {
    this.#private = isPrivate;
    this.redraw();
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
    const run = (action, body) => () => this.#play(action, body);
    const comings = this.world.people().map((one) => (
      this.world.isIn(group, one.id)
        ? { label: `${one.name} leaves`, run: run("leave", { user_id: one.id }) }
        : { label: `${one.name} joins by the link`, run: run("join", { user_id: one.id }) }));
    const label = group.share_url ? "Turn the share link off" : "Turn the share link on";
    return [...comings, { label, run: run("share", { on: !group.share_url }) }];
  }

  shown() {
    const found = this.#private
      ? this.world.lettersOf(this.actorId()) : this.world.postsOf(this.subjectId);
    return found.map((one) => groupmeBubble(this, one));
  }

  onEvent(event) {
    if (event.type === "groupme_post" && event.group_id === this.subjectId) this.missed += 1;
    this.redraw();
  }

  send(text) {
    return this.#play(this.#private ? "direct" : "posts", { user_id: this.actorId(), text });
  }

  #play(action, body) {
    return this.play(action, { group_id: this.subjectId, ...body });
  }
}
