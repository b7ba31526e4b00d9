// The "More" menu of a phone: what can be done to the chat from outside the conversation.

import { post } from "./api.js";
import { knockItems } from "./door.js";
import { fullName } from "./world.js";

export function phoneMenu(phone) {
  if (phone.kind === "room") return roomItems(phone, phone.subject());
  if (phone.isRoom()) {
    return [memberItem(phone, phone.chatId(), phone.person(), "remove", "Leave this room")];
  }
  const { blocked } = phone.person();
  const act = blocked ? "unblock" : "block";
  const label = `${blocked ? "Unblock" : "Block"} ${phone.world.bot.first_name}`;
  const stop = { label, run: () => phone.attempt(() => post(act, { user_id: phone.subjectId })) };
  return [...knockItems(phone), stop];
}

function roomItems(phone, room) {
  const { world } = phone;
  const people = [...world.people.values()];
  const outside = people.filter((one) => !world.status(room, one.id));
  const inside = people.filter((one) => ![null, "creator"].includes(world.status(room, one.id)));
  return [
    ...outside.map((one) => addItem(phone, room, one)),
    ...inside.map((one) => memberItem(phone, room.id, one, "remove", `Remove ${fullName(one)}`)),
    ...inside.map((one) => memberItem(phone, room.id, one, "ban", `Ban ${fullName(one)}`)),
    ...botItems(phone, room),
    ...(room.type === "group" ? [migrateItem(phone, room)] : []),
  ];
}

function addItem(phone, room, person) {
  const run = () => phone.attempt(() => post(`rooms/${room.id}/members`, { user_id: person.id }));
  return { label: `Add ${fullName(person)}`, run };
}

function memberItem(phone, roomId, person, verb, label) {
  const run = () => phone.attempt(() => post(`rooms/${roomId}/members/${person.id}/${verb}`));
  return { label, run };
}

function botItems(phone, room) {
  const name = phone.world.bot.first_name;
  const labels = {
    administrator: `Make ${name} an admin`, member: `Make ${name} an ordinary member`,
    kicked: `Remove ${name} from the room`,
  };
  return Object.entries(labels)
    .filter(([status]) => status !== room.bot_status)
    .filter(([status]) => status !== "kicked" || phone.world.botIsIn(room))
    .map(([status, label]) => ({
      label, run: () => phone.attempt(() => post(`rooms/${room.id}/bot`, { status })),
    }));
}

function migrateItem(phone, room) {
  const run = () => phone.attempt(() => post(`rooms/${room.id}/migrate`));
  return { label: "Upgrade to a supergroup", run };
}
