// What the sandbox has told us of WhatsApp: its people, and what they and the club wrote.

export class WhatsAppWorld {
  constructor() {
    this.clear();
  }

  clear() {
    this.accounts = new Map();
    this.messages = new Map();
  }

  async load() {
    const answer = await fetch("/play/whatsapp/state", { cache: "no-store" });
    if (!answer.ok) throw new Error(`whatsapp: ${answer.status}`);
    const state = await answer.json();
    this.clear();
    state.accounts.forEach((one) => this.accounts.set(one.id, one));
    state.messages.forEach((one) => this.messages.set(one.id, one));
  }

  /** Takes in one event; true when it was one of WhatsApp's. */
  apply(event) {
    const kept = { whatsapp_account: this.accounts, whatsapp_message: this.messages }[event.type];
    kept?.set(event.id, event);
    return Boolean(kept);
  }

  people() {
    return [...this.accounts.values()];
  }

  messagesOf(number) {
    const own = [...this.messages.values()].filter((one) => one.number === number);
    return own.sort((a, b) => (a.id < b.id ? -1 : 1));
  }
}
