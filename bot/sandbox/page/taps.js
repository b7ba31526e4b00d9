// Inline buttons on one phone: a tapped one is busy until the bot answers.

import { post } from "./api.js";
import { showAlert } from "./dialogs.js";
import { openLink, safeUrl } from "./links.js";

// An answer may overtake the reply to its own tap; it waits here for it.
const early = new Map();
const waiting = new Map();

export class Taps {
  #busy = new Map();

  constructor(phone) {
    this.phone = phone;
  }

  isWaiting(message, data) {
    return this.#busy.has(keyOf(message, data));
  }

  clear() {
    this.#busy.clear();
  }

  async tap(message, data) {
    const key = keyOf(message, data);
    if (this.#busy.has(key)) return;
    this.#mark(message, data, true);
    const { chat_id, message_id, inline_message_id } = message;
    const body = { user_id: this.phone.actorId(), data };
    const place = inline_message_id ? { inline_message_id } : { chat_id, message_id };
    try {
      const path = inline_message_id ? "inline/taps" : "taps";
      const { callback_query_id: id } = await post(path, { ...body, ...place });
      const done = (answer) => this.#finish(message, data, answer);
      if (early.has(id)) done(early.get(id));
      else waiting.set(id, done);
      early.delete(id);
    } catch (error) {
      this.#mark(message, data, false);
      this.phone.toast(error.message);
    }
  }

  #mark(message, data, busy) {
    if (busy) this.#busy.set(keyOf(message, data), true);
    else this.#busy.delete(keyOf(message, data));
    this.phone.log.markBusy(message.message_id, data, busy);
  }

  #finish(message, data, answer) {
    this.#mark(message, data, false);
    if (answer.url) {
      const url = safeUrl(answer.url);
      if (url) openLink(this.phone, url);
    } else if (answer.text && answer.show_alert) showAlert(this.phone, answer.text);
    else if (answer.text) this.phone.toast(answer.text);
  }
}

const keyOf = (message, data) => `${message.chat_id}|${message.message_id}|${data}`;

/** An `answer` event: ends the tap it belongs to. */
export function answered(answer) {
  const id = answer.callback_query_id;
  const done = waiting.get(id);
  if (!done) early.set(id, answer);
  else {
    waiting.delete(id);
    done(answer);
  }
}

/** After a fresh start no old tap will be answered any more. */
export function forgetTaps() {
  early.clear();
  waiting.clear();
}
