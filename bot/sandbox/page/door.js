// Who asks to come into a room, as its administrators see it in Telegram's own window.

import { post } from "./api.js";
import { bdi, h } from "./dom.js";
import { fullName } from "./world.js";

/** Draws the open requests above the messages of the room's own phone. */
export function drawDoor(phone, box) {
  const asking = phone.kind === "room" ? phone.subject().join_requests : [];
  box.hidden = asking.length === 0;
  box.replaceChildren(...asking.map((id) => request(phone, phone.world.people.get(id))));
}

function request(phone, person) {
  const name = fullName(person);
  const act = (verb) => () =>
    phone.attempt(() => post(`rooms/${phone.subjectId}/requests/${person.id}/${verb}`));
  const button = (label, verb) =>
    h("button", { type: "button", class: "text-button", "aria-label": `${label} ${name}`, on: { click: act(verb) } }, label);
  return h("div", { class: "request" },
    h("span", {}, bdi(name), " asks to join"), button("Admit", "admit"), button("Turn away", "turn-away"));
}

/** The rooms that the person is not in, each with a way to ask. */
export function knockItems(phone) {
  const outside = phone.world.rooms().filter((room) => !phone.world.status(room, phone.subjectId));
  return outside.map((room) => ({ label: `Ask to join ${fullName(room)}`, run: () => knock(phone, room) }));
}

function knock(phone, room) {
  return phone.attempt(async () => {
    const result = await post(`rooms/${room.id}/knock`, { user_id: phone.subjectId });
    phone.toast(result.reason ?? "Asked to join. An administrator decides.");
  });
}
