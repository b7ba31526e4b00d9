// A list above the field: arrows move in it, Enter and clicks choose, Escape closes it.

import { h } from "./dom.js";

let count = 0;

export class OptionList {
  #choices = [];
  #at = -1;

  constructor(composer, label, onToggle = () => {}) {
    Object.assign(this, { composer, onToggle, id: `options-${(count += 1)}` });
    const props = { class: "options", role: "listbox", id: this.id, hidden: true };
    this.root = h("div", { ...props, "aria-label": label });
    document.addEventListener("click", (event) => {
      if (this.isOpen() && !composer.root.contains(event.target)) this.close();
    });
  }

  isOpen() {
    return !this.root.hidden;
  }

  /** Choices are {head, tail, run}. Without any, `otherwise` is shown. */
  show(choices, otherwise = "") {
    this.#choices = choices;
    this.root.replaceChildren(...choices.map((one, at) => this.#option(one, at)));
    if (!choices.length) this.root.append(h("p", { class: "no-options" }, otherwise));
    this.root.hidden = false;
    this.composer.field.setAttribute("aria-controls", this.id);
    this.onToggle(true);
    this.#mark(-1);
  }

  #option({ head, tail, run }, at) {
    const props = { class: "option", role: "option", id: `${this.id}-${at}`, "aria-selected": "false" };
    const node = h("div", props, h("b", { dir: "auto" }, head), h("span", { dir: "auto" }, tail));
    // The field must keep the focus, or the list would close before the click arrives.
    node.addEventListener("pointerdown", (event) => event.preventDefault());
    node.addEventListener("click", () => this.#choose(run));
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

  #choose(run) {
    this.close();
    run();
  }

  /** True when the key was the list's. Enter without a choice is left to send the text. */
  key(event) {
    if (!this.isOpen()) return false;
    const count = this.#choices.length;
    if (event.key === "Escape") this.close();
    else if (event.key === "ArrowDown" && count) this.#mark((this.#at + 1) % count);
    else if (event.key === "ArrowUp" && count) this.#mark((Math.max(this.#at, 0) - 1 + count) % count);
    else if (event.key === "Enter" && this.#at >= 0) this.#choose(this.#choices[this.#at].run);
    else return false;
    event.preventDefault();
    return true;
  }

  close() {
    this.root.hidden = true;
    this.onToggle(false);
    this.#mark(-1);
  }
}
