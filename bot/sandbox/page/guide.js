// The first three things to type, each a button that puts the line where it belongs.

import { bdi, h, icon } from "./dom.js";

const STEPS = [
  { place: "coach", text: "/newgroup Tigers", pattern: /^\/newgroup(@\w+)? \S/ },
  { place: "room", text: "/bind", pattern: /^\/bind(@\w+)?(\s|$)/ },
  { place: "coach", text: "/invite", pattern: /^\/invite(@\w+)?(\s|$)/ },
];

export class Guide {
  #drawn = "";

  constructor(app, list) {
    Object.assign(this, { app, list });
  }

  /** Draws anew only what changed: a button must not vanish under a finger. */
  draw() {
    const steps = STEPS.map((step) => (
      { ...step, where: this.#where(step), done: this.#isDone(step) }));
    const state = JSON.stringify(steps);
    if (state === this.#drawn) return;
    this.#drawn = state;
    const held = [...this.list.querySelectorAll("button")].indexOf(document.activeElement);
    this.list.replaceChildren(...steps.map((step) => this.#item(step)));
    if (held >= 0) this.list.querySelectorAll("button")[held].focus();
  }

  #phone({ place }) {
    return place === "coach" ? this.app.coachPhone() : this.app.firstRoomPhone();
  }

  #where(step) {
    const phone = this.#phone(step);
    return phone ? `${phone.title()}${step.place === "coach" ? "’s phone" : ""}` : "";
  }

  #isDone({ pattern }) {
    const { messages, bot } = this.app.world;
    const said = [...messages.values()].flatMap((chat) => [...chat.values()]);
    return said.some((message) => message.from_id !== bot.id && pattern.test(message.text ?? ""));
  }

  #item({ text, where, done, place }) {
    const act = () => this.app.typeOn(this.#phone({ place }), text);
    const button = h("button", { type: "button", on: { click: act } },
      h("code", {}, text), h("span", {}, bdi(where)));
    if (done) button.append(icon("check"), h("span", { class: "sr-only" }, "done"));
    return h("li", { class: done ? "done" : "" }, button);
  }
}
