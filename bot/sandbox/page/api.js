// The sandbox's play API: actions by POST, the world's changes by one event stream.

export async function post(action, body = {}) {
  const answer = await fetch(`/play/${action}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const result = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(result.error || `The sandbox answered ${answer.status}.`);
  return result;
}

/** A file as the play API takes it. */
export async function base64(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/**
 * Follows the world. When anything happened during a break, or the sandbox was started anew,
 * the world is taken whole again; else the stream just goes on.
 */
export class Stream {
  #seq = -1;
  #era = null;
  #source = null;
  #delay = 500;
  #opening = false;

  constructor({ onWorld, onEvent, onReset, onState }) {
    Object.assign(this, { onWorld, onEvent, onReset, onState });
    window.addEventListener("online", () => this.#source || this.open());
  }

  async open() {
    if (this.#opening) return;
    this.#opening = true;
    try {
      const answer = await fetch("/play/state", { cache: "no-store" });
      if (!answer.ok) throw new Error(`state: ${answer.status}`);
      this.#take(await answer.json());
    } catch {
      this.#later();
    } finally {
      this.#opening = false;
    }
  }

  #take(state) {
    const anew = state.era !== this.#era;
    if (anew && this.#era !== null) this.onReset();
    if (anew || state.seq !== this.#seq) this.onWorld(state);
    this.#seq = state.seq;
    this.#era = state.era;
    this.#source = new EventSource(`/play/events?since=${this.#seq}`);
    this.#source.onopen = () => {
      this.#delay = 500;
      this.onState("live");
    };
    this.#source.onerror = () => this.#later();
    this.#source.onmessage = (message) => this.#handle(JSON.parse(message.data));
  }

  #handle(event) {
    this.#seq = event.seq;
    if (event.type !== "reset") this.onEvent(event);
    else {
      this.#source.close();
      this.#seq = -1;
      this.onReset();
      this.open();
    }
  }

  #later() {
    this.#source?.close();
    this.#source = null;
    this.onState("waiting");
    setTimeout(() => this.#source || this.open(), this.#delay);
    this.#delay = Math.min(this.#delay * 2, 5000);
  }
}
