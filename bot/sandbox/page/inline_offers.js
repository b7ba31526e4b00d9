// Inline mode: `@bot words` in a room asks the bot what it has to offer, and posts what is chosen.

import { post } from "./api.js";
import { OptionList } from "./option_list.js";

const PAUSE_MS = 250;
const REMEMBERED = 20;
// An answer may overtake the reply to its own question; it waits here for it.
const answers = new Map();
const waiting = new Map();

export class InlineOffers {
  #asked = 0;
  #timer = 0;

  constructor(composer) {
    this.composer = composer;
    this.list = new OptionList(composer, "What the bot offers");
    this.root = this.list.root;
  }

  /** Asks once the person pauses; whatever they type next outdates the answer. */
  typed(text) {
    clearTimeout(this.#timer);
    this.#asked += 1;
    const query = this.#queryIn(text);
    if (query === null) this.close();
    else this.#timer = setTimeout(() => this.#ask(query, this.#asked), PAUSE_MS);
  }

  #queryIn(text) {
    const { phone } = this.composer;
    const name = `@${phone.world.bot.username} `;
    const begins = text.toLowerCase().startsWith(name.toLowerCase());
    return begins && phone.isRoom() && !phone.isAnonymous() ? text.slice(name.length) : null;
  }

  async #ask(query, asked) {
    const { phone } = this.composer;
    const userId = phone.actorId();
    await phone.attempt(async () => {
      const { inline_query_id: id } = await post("inline", { user_id: userId, query });
      const show = (answer) => asked === this.#asked && this.#show(id, userId, answer);
      if (answers.has(id)) show(answers.get(id));
      else waiting.set(id, show);
    });
  }

  #show(id, userId, { results, button }) {
    const { phone } = this.composer;
    const choices = results.map((one) => ({
      head: one.title, tail: one.description ?? "", run: () => this.#choose(id, userId, one.id),
    }));
    if (button) {
      const start = { user_id: userId, payload: button.start_parameter };
      const run = () => phone.attempt(() => post("start", start));
      choices.unshift({ head: button.text, tail: "in a chat with the bot", run });
    }
    this.list.show(choices, "The bot offers nothing here.");
  }

  #choose(id, userId, resultId) {
    const { phone, field } = this.composer;
    field.value = "";
    const body = { user_id: userId, inline_query_id: id, result_id: resultId };
    phone.attempt(() => post("inline/choose", { ...body, chat_id: phone.chatId() }));
  }

  key(event) {
    return this.list.key(event);
  }

  close() {
    this.list.close();
  }
}

/** An `offers` event: what the bot answered to one question. */
export function offered(answer) {
  const id = answer.inline_query_id;
  const show = waiting.get(id);
  waiting.delete(id);
  if (show) return show(answer);
  answers.set(id, answer);
  if (answers.size > REMEMBERED) answers.delete(answers.keys().next().value);
}
