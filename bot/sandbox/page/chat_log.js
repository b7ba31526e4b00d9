// The scrolling list of one chat on one phone.

import { bubble } from "./bubble.js";
import { h, iconButton } from "./dom.js";

const NEAR_END_PX = 48;

export class ChatLog {
  #atEnd = true;
  #top = 0;

  constructor(phone) {
    this.phone = phone;
    this.list = h("ol", { class: "messages" });
    this.empty = h("div", { class: "empty", hidden: true });
    this.root = h("div", { class: "log", role: "tabpanel", tabindex: "0" }, this.empty, this.list);
    const toEnd = { click: () => this.toEnd() };
    this.below = iconButton("down", "Newest messages", { class: "below", hidden: true, on: toEnd });
    this.root.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    const watch = new ResizeObserver(() => this.follow());
    watch.observe(this.root);
    watch.observe(this.list);
  }

  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.root;
    // Only going up leaves the end: a picture that loads makes the list longer all by itself.
    if (scrollHeight - scrollTop - clientHeight < NEAR_END_PX) this.#atEnd = true;
    else if (scrollTop < this.#top) this.#atEnd = false;
    this.#top = scrollTop;
    if (this.#atEnd) this.below.hidden = true;
  }

  /** Stays with the newest message, unless the reader has scrolled up. */
  follow() {
    if (this.#atEnd) this.root.scrollTop = this.root.scrollHeight;
  }

  toEnd() {
    this.#atEnd = true;
    this.below.hidden = true;
    this.follow();
  }

  /** Shows a chat from scratch. */
  showAll(messages, label, emptyNode) {
    this.root.setAttribute("aria-label", label);
    this.list.replaceChildren(...messages.map((message) => bubble(this.phone, message)));
    this.empty.replaceChildren(emptyNode);
    this.#showEmpty();
    this.toEnd();
  }

  find(messageId) {
    return this.list.querySelector(`[data-message-id="${messageId}"]`);
  }

  /** Adds a message, or replaces it where it stands and keeps the reader's focus in it. */
  show(message, isNew) {
    const old = this.find(message.message_id);
    const fresh = bubble(this.phone, message);
    if (!old) this.#append(fresh, message, isNew);
    else {
      const held = old.contains(document.activeElement) ? focusPath(old) : null;
      old.replaceWith(fresh);
      if (held !== null) (focusables(fresh)[held] ?? this.root).focus({ preventScroll: true });
    }
    this.#showEmpty();
    this.follow();
  }

  /** A room that was only made and joined still tells what to type. */
  #showEmpty() {
    this.empty.hidden = this.list.querySelector(".message:not(.service)") !== null;
  }

  #append(fresh, message, isNew) {
    if (isNew) fresh.classList.add("fresh");
    this.list.append(fresh);
    if (message.from_id === this.phone.actorId()) this.toEnd();
    else if (!this.#atEnd) this.below.hidden = false;
  }

  remove(messageId) {
    const item = this.find(messageId);
    if (item?.contains(document.activeElement)) this.root.focus();
    item?.remove();
    this.#showEmpty();
  }

  markBusy(messageId, data, busy) {
    for (const key of this.find(messageId)?.querySelectorAll(".key-data") ?? []) {
      if (key.dataset.data !== data) continue;
      if (busy) key.setAttribute("aria-busy", "true");
      else key.removeAttribute("aria-busy");
    }
  }
}

const focusables = (item) => [...item.querySelectorAll("button, a[href], [tabindex]")];
const focusPath = (item) => focusables(item).indexOf(document.activeElement);
