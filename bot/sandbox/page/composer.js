// Where a person types: Enter sends, "/" or the Menu button opens the bot's commands, and the
// bot's name asks for what it offers.

import { CommandMenu } from "./command_menu.js";
import { placeDialog } from "./dialogs.js";
import { bdi, h, iconButton } from "./dom.js";
import { InlineOffers } from "./inline_offers.js";
import { fullName } from "./world.js";

export class Composer {
  #drafts = new Map();
  #replyTo = null;

  constructor(phone) {
    this.phone = phone;
    this.field = h("textarea", {
      class: "field", rows: "1", dir: "auto", placeholder: "Message",
      autocomplete: "off", enterkeyhint: "send",
    });
    this.menuButton = iconButton("slash", "Commands", {
      class: "round menu-button", "aria-haspopup": "listbox", "aria-expanded": "false",
    });
    this.sendButton = iconButton("send", "Send", { class: "round send", type: "submit" });
    this.context = h("div", { class: "reply-bar", hidden: true });
    this.as = h("div", { class: "as-bar", hidden: true });
    this.file = h("input", { type: "file", class: "file-input", hidden: true });
    this.attachButton = iconButton("file", "Send a file", { class: "round attach" });
    this.placeButton = iconButton("place", "Send a place", { class: "round attach" });
    this.commands = new CommandMenu(this);
    this.offers = new InlineOffers(this);
    this.keys = h("div", { class: "bot-keys", role: "group", "aria-label": "The bot’s keyboard", hidden: true });
    this.root = h("form", { class: "composer" }, this.commands.root, this.offers.root,
      this.as, this.context,
      h("div", { class: "line" }, this.menuButton, this.attachButton, this.placeButton, this.file, this.field,
        this.sendButton), this.keys);
    this.#listen();
  }

  #listen() {
    this.root.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.field.addEventListener("keydown", (event) => this.#key(event));
    this.field.addEventListener("input", () => this.#typed());
    this.menuButton.addEventListener("click", () => this.commands.toggle());
    this.attachButton.addEventListener("click", () => this.file.click());
    this.file.addEventListener("change", () => this.#attach());
    this.placeButton.addEventListener("click", () => this.#sendPlace());
  }

  #key(event) {
    if (event.isComposing || this.commands.key(event) || this.offers.key(event)) return;
    if (event.key === "Escape") this.replyTo(null);
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.submit();
    }
  }

  #typed() {
    this.commands.filter(this.field.value);
    this.offers.typed(this.field.value);
  }

  async submit() {
    const text = this.field.value;
    if (!text.trim()) return;
    const reply = this.#replyTo;
    this.commands.close();
    this.offers.typed("");
    this.field.value = "";
    this.replyTo(null);
    if (!(await this.phone.send(text, reply?.message_id))) this.field.value ||= text;
  }

  /** Sends the chosen file, with what was typed below it. */
  async #attach() {
    const [file] = this.file.files;
    this.file.value = "";
    if (!file) return;
    const caption = this.field.value;
    if (await this.phone.attach(file, caption)) this.field.value = "";
  }

  #sendPlace() {
    const reply = this.#replyTo;
    placeDialog((place) => {
      this.replyTo(null);
      return this.phone.sendPlace(place, reply?.message_id);
    });
  }

  /** Puts text where the person would type it. */
  insert(text) {
    this.field.value = text;
    this.field.focus();
    this.field.setSelectionRange(text.length, text.length);
  }

  replyTo(message) {
    this.#replyTo = message;
    this.context.hidden = !message;
    this.context.replaceChildren();
    if (!message) return;
    const name = fullName(this.phone.world.sender(message));
    const off = { click: () => this.replyTo(null) };
    const cancel = h("button", { type: "button", class: "text-button", on: off }, "Cancel");
    this.context.append(h("span", {}, "Reply to ", bdi(name)), cancel);
    this.field.focus();
  }

  /** Keeps what was typed in one chat while another is shown. */
  switchChat(fromId, toId, label) {
    this.#drafts.set(fromId, this.field.value);
    this.field.value = this.#drafts.get(toId) ?? "";
    this.replyTo(null);
    this.commands.close();
    this.offers.typed("");
    this.field.setAttribute("aria-label", label);
  }

  /** In a room's own phone: the choice of who speaks. */
  showSpeakers(people, chosen, choose) {
    this.as.hidden = false;
    const select = h("select", { "aria-label": "Speak as" });
    for (const { id, name } of people) {
      select.append(h("option", { value: id, selected: String(id) === String(chosen) }, name));
    }
    select.addEventListener("change", () => choose(select.value));
    this.as.replaceChildren(h("span", { "aria-hidden": "true" }, "Speak as"), select);
  }
}
