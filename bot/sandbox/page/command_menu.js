// The bot's commands for this person in this chat, filtered while they type.

import { h } from "./dom.js";

let count = 0;

export class CommandMenu {
  #shown = [];
  #at = -1;

  constructor(composer) {
    this.composer = composer;
    this.id = `commands-${(count += 1)}`;
    const props = { class: "commands", role: "listbox", id: this.id, hidden: true };
    this.root = h("div", { ...props, "aria-label": "Commands" });
    composer.field.setAttribute("aria-controls", this.id);
    composer.field.setAttribute("aria-autocomplete", "list");
    document.addEventListener("click", (event) => {
      if (!this.root.hidden && !composer.root.contains(event.target)) this.close();
    });
  }

  get #all() {
    return this.composer.phone.commands();
  }

  toggle() {
    if (!this.root.hidden) this.close();
    else {
      this.#show(this.#all, "The bot has set no commands here.");
      this.composer.field.focus();
    }
  }

  filter(text) {
    const typed = /^\/(\w*)$/.exec(text);
    const found = typed ? this.#all.filter((one) => one.command.startsWith(typed[1])) : [];
    if (found.length) this.#show(found);
    else this.close();
  }

  #show(commands, otherwise = "") {
    this.#shown = commands;
    this.root.replaceChildren(...commands.map((one, at) => this.#option(one, at)));
    if (!commands.length) this.root.append(h("p", { class: "no-commands" }, otherwise));
    this.root.hidden = false;
    this.composer.menuButton.setAttribute("aria-expanded", "true");
    this.#mark(-1);
  }

  #option(one, at) {
    const props = { class: "option", role: "option", id: `${this.id}-${at}`, "aria-selected": "false" };
    const node = h("div", props,
      h("b", {}, `/${one.command}`), h("span", { dir: "auto" }, one.description));
    // The field must keep the focus, or the list would close before the click arrives.
    node.addEventListener("pointerdown", (event) => event.preventDefault());
    node.addEventListener("click", () => this.#choose(at));
    return node;
  }

  #mark(at) {
    this.#at = at;
    const options = [...this.root.querySelectorAll(".option")];
    options.forEach((node, index) => node.setAttribute("aria-selected", String(index === at)));
    if (at < 0) this.composer.field.removeAttribute("aria-activedescendant");
    else {
      this.composer.field.setAttribute("aria-activedescendant", options[at].id);
      options[at].scrollIntoView({ block: "nearest" });
    }
  }

  #choose(at) {
    const { command } = this.#shown[at];
    this.close();
    this.composer.insert(`/${command} `);
  }

  /** True when the key was the menu's. Enter without a choice is left to send the text. */
  key(event) {
    if (this.root.hidden) return false;
    const count = this.#shown.length;
    if (event.key === "Escape") this.close();
    else if (event.key === "ArrowDown" && count) this.#mark((this.#at + 1) % count);
    else if (event.key === "ArrowUp" && count) this.#mark((Math.max(this.#at, 0) - 1 + count) % count);
    else if (event.key === "Enter" && this.#at >= 0) this.#choose(this.#at);
    else return false;
    event.preventDefault();
    return true;
  }

  close() {
    this.root.hidden = true;
    this.composer.menuButton.setAttribute("aria-expanded", "false");
    this.#mark(-1);
  }
}
