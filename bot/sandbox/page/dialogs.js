// The page's dialogs; the browser's own <dialog> gives Escape, focus and the top layer.

import { post } from "./api.js";
import { h } from "./dom.js";
import { fullName } from "./world.js";

const byId = (id) => document.getElementById(id);

export function setUpDialogs(app) {
  for (const opener of document.querySelectorAll("[data-dialog]")) {
    opener.addEventListener("click", () => openDialog(app, byId(opener.dataset.dialog)));
  }
  for (const closer of document.querySelectorAll("[data-close]")) {
    closer.addEventListener("click", () => closer.closest("dialog").close());
  }
  onSubmit(byId("person-dialog"), (values) => app.addPerson(values));
  onSubmit(byId("room-dialog"), (values) => app.addRoom(values));
  onSubmit(byId("reset-dialog"), () => post("reset"));
}

function openDialog(app, dialog) {
  dialog.querySelector("form").reset();
  dialog.querySelector(".form-error").textContent = "";
  const owners = dialog.querySelector("[name=owner_id]");
  owners?.replaceChildren(
    ...[...app.world.people.values()].map((one) => h("option", { value: one.id }, fullName(one))));
  dialog.showModal();
}

/** Keeps the dialog open, with the reason, when the sandbox refuses. */
function onSubmit(dialog, act) {
  const form = dialog.querySelector("form");
  form.onsubmit = async (event) => {
    event.preventDefault();
    try {
      await act(valuesOf(form));
      dialog.close();
    } catch (error) {
      form.querySelector(".form-error").textContent = error.message;
    }
  };
}

function valuesOf(form) {
  const values = {};
  for (const field of form.elements) {
    if (!field.name) continue;
    if (field.type === "checkbox") values[field.name] = field.checked;
    else if (field.value.trim()) values[field.name] = field.value.trim();
  }
  return values;
}

export function editDialog(text, save) {
  const dialog = byId("edit-dialog");
  onSubmit(dialog, (values) => save(values.text));
  dialog.querySelector(".form-error").textContent = "";
  dialog.querySelector("textarea").value = text;
  dialog.showModal();
}

/** A place on the map: what it is called, where it is. */
export function placeDialog(send) {
  const dialog = byId("place-dialog");
  dialog.querySelector("form").reset();
  dialog.querySelector(".form-error").textContent = "";
  onSubmit(dialog, ({ title, address, latitude, longitude }) =>
    send({ title, address, latitude: Number(latitude), longitude: Number(longitude) }));
  dialog.showModal();
}

/** The phone's own list of people: one, or up to `most`. */
export function pickDialog(title, people, most, chosen) {
  const dialog = byId("pick-dialog");
  const type = most > 1 ? "checkbox" : "radio";
  byId("pick-title").textContent = title;
  byId("pick-people").replaceChildren(...people.map((one) => {
    const field = h("input", { type, name: "person", value: one.id });
    return h("label", { class: "check" }, field, h("span", { dir: "auto" }, fullName(one)));
  }));
  dialog.querySelector(".form-error").textContent = "";
  onSubmit(dialog, () => {
    const found = [...dialog.querySelectorAll("[name=person]:checked")].map((field) => Number(field.value));
    if (found.length === 0 || found.length > most) throw new Error(most > 1 ? `Choose 1 to ${most} people.` : "Choose one person.");
    return chosen(found);
  });
  dialog.showModal();
}

/** The bot's answer with `show_alert`, over the phone it belongs to. */
export function showAlert(phone, text) {
  const dialog = byId("alert-dialog");
  if (dialog.open) dialog.close();
  byId("alert-title").textContent = phone.world.bot.first_name;
  byId("alert-text").textContent = text;
  const frame = phone.root.getBoundingClientRect();
  dialog.style.setProperty("--over-x", `${frame.left + frame.width / 2}px`);
  dialog.style.setProperty("--over-y", `${frame.top + frame.height / 2}px`);
  const before = document.activeElement;
  dialog.onclose = () => before?.isConnected && before.focus();
  dialog.showModal();
}
