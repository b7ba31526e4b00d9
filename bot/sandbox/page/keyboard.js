// The keyboard in place of the letters: its buttons type a text, open the list of people,
// or show the phone's own number.

import { post } from "./api.js";
import { pickDialog } from "./dialogs.js";
import { h } from "./dom.js";

/** Draws the bot's keyboard below the field of a person's own chat with it. */
export function drawKeyboard(phone, box) {
  const rows = phone.kind === "person" && !phone.isRoom() ? phone.person().keyboard : [];
  const drawn = JSON.stringify(rows);
  if (box.dataset.drawn === drawn) return;
  box.dataset.drawn = drawn;
  box.hidden = rows.length === 0;
  box.replaceChildren(...rows.map((row) => h("div", { class: "keys" }, row.map((key) => button(phone, key)))));
}

function button(phone, key) {
  const text = key.text ?? key;
  const wanted = key.request_users;
  let act = () => phone.send(text);
  if (wanted) act = () => choose(phone, wanted, text);
  if (key.request_contact) act = () => post("numbers", { user_id: phone.subjectId });
  const props = { class: "key", type: "button", on: { click: act } };
  return h("button", props, h("span", { class: "key-text", dir: "auto" }, text));
}

function choose(phone, wanted, title) {
  const others = [...phone.world.people.values()].filter((one) => one.id !== phone.subjectId);
  const most = wanted.max_quantity ?? 1;
  pickDialog(title, others, most, (people) =>
    post("shares", { user_id: phone.subjectId, request_id: wanted.request_id, people }));
}
