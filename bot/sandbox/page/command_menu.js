// The bot's commands for this person in this chat, filtered while they type.

import { OptionList } from "./option_list.js";

export class CommandMenu {
  constructor(composer) {
    this.composer = composer;
    const { field, menuButton } = composer;
    this.list = new OptionList(composer, "Commands", (open) =>
      menuButton.setAttribute("aria-expanded", String(open)));
    this.root = this.list.root;
    field.setAttribute("aria-autocomplete", "list");
  }

  get #all() {
    return this.composer.phone.commands();
  }

  toggle() {
    if (this.list.isOpen()) this.close();
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

  #show(commands, otherwise) {
    const choices = commands.map(({ command, description }) => ({
      head: `/${command}`, tail: description, run: () => this.composer.insert(`/${command} `),
    }));
    this.list.show(choices, otherwise);
  }

  key(event) {
    return this.list.key(event);
  }

  close() {
    this.list.close();
  }
}
