/** Block Kit's inputs, apart from the selects: text, numbers, dates, radio buttons, checkboxes. */

import { fromLocalInput, toLocalInput } from "./dates.js";
import { freshId, h } from "./dom.js";
import { drawSelect, isSelect } from "./selects.js";
import { drawText, plainText } from "./text.js";

/**
 * The place of an element in a surface.
 * @typedef {{surface: import("./surface.js").Surface, blockId: string, actionId: string, inForm: boolean,
 *   required: boolean, dispatches: boolean, naming: () => Record<string, string | null>, name: () => string,
 *   before: () => any, changed: (values: object, control: HTMLElement) => Promise<boolean>}} Slot
 *   naming: the aria attributes that name and describe it; before: the value it had before it was drawn again;
 *   changed: tells the app, where it wants to be told; false when the person thought better of it
 *
 * @typedef {{node: HTMLElement, control: HTMLElement, read: () => object, problem: () => string | null}} Drawn
 */

const EMPTY = "Fill this in, please: it is needed.";

const DRAWERS = {
  plain_text_input: drawTextInput,
  email_text_input: (element, slot) =>
    drawTextInput(element, slot, { type: "email", inputmode: "email", autocomplete: "off" }, emailProblem),
  url_text_input: (element, slot) => drawTextInput(element, slot, { type: "url", inputmode: "url" }, urlProblem),
  number_input: (element, slot) =>
    drawTextInput(element, slot, numberAttributes(element), (text) => numberProblem(text, element)),
  datepicker: (element, slot) => drawMoment(element, slot, { type: "date" }, "date", String, String),
  timepicker: (element, slot) => drawMoment(element, slot, { type: "time" }, "time", String, String),
  datetimepicker: drawDateTime,
  radio_buttons: (element, slot) => drawBoxes(element, slot, false),
  checkboxes: (element, slot) => drawBoxes(element, slot, true),
};

/** @param {string} type */
export function isField(type) {
  return isSelect(type) || Object.hasOwn(DRAWERS, type);
}

/** Draws an input and makes it known to its surface. @param {any} element @param {Slot} slot @returns {Drawn} */
export function drawField(element, slot) {
  const drawn = isSelect(element.type) ? drawSelect(element, slot) : DRAWERS[element.type](element, slot);
  slot.surface.fields.push({
    blockId: slot.blockId,
    actionId: slot.actionId,
    node: drawn.node,
    read: drawn.read,
    problem: drawn.problem,
    focus: () => drawn.control.focus(),
    focusOnLoad: element.focus_on_load === true,
  });
  return drawn;
}

/** @param {any} element @param {Slot} slot @returns {Drawn} */
function drawTextInput(element, slot, attributes = { type: "text" }, check = () => null) {
  const value = slot.before() ? (slot.before().value ?? "") : (element.initial_value ?? "");
  const common = {
    class: "text-box",
    placeholder: plainText(element.placeholder) || null,
    maxlength: element.max_length ?? null,
    dir: "auto",
  };
  const naming = slot.naming();
  const control = element.multiline
    ? h("textarea", { ...common, ...naming, rows: 4 })
    : h("input", { autocomplete: "off", ...common, ...naming, ...attributes });
  control.value = value;
  dispatchText(element, slot, control);
  const count = element.max_length ? counter(control, element.max_length) : null;
  return {
    node: count ? h("div", { class: "counted" }, control, count) : control,
    control,
    read: () => ({ type: element.type, value: control.value === "" ? null : control.value }),
    problem: () => textProblem(control.value, element, slot) ?? (control.value ? check(control.value) : null),
  };
}

/** An input that tells the app does so on Enter or on each character. */
function dispatchText(element, slot, control) {
  if (!slot.dispatches) return;
  const when = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  const tell = () => slot.changed({ value: control.value || null }, control);
  if (when.includes("on_enter_pressed")) {
    control.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing || (element.multiline && event.shiftKey)) return;
      event.preventDefault();
      tell();
    });
  }
  if (when.includes("on_character_entered")) control.addEventListener("input", tell);
}

/** How many characters are left, once it becomes a question. */
function counter(control, most) {
  const words = h("span", { class: "counter", "aria-hidden": "true" });
  const say = () => {
    const left = most - control.value.length;
    words.textContent = left <= Math.max(20, most * 0.1) ? `${left} left` : "";
  };
  control.addEventListener("input", say);
  say();
  return words;
}

function textProblem(text, element, slot) {
  if (!text.trim()) return slot.required ? EMPTY : null;
  const { min_length: least, max_length: most } = element;
  if (least && text.length < least)
    return `At least ${least} characters, please; ${text.length === 1 ? "this is 1" : `these are ${text.length}`}.`;
  return most && text.length > most ? `At most ${most} characters, please; these are ${text.length}.` : null;
}

function emailProblem(text) {
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text)
    ? null
    : "This is not an e-mail address: it wants a form like name@company.com.";
}

function urlProblem(text) {
  return /^https?:\/\/\S+$/i.test(text) ? null : "This is not a web address: it begins with https://.";
}

function numberAttributes(element) {
  return { type: "text", inputmode: element.is_decimal_allowed ? "decimal" : "numeric" };
}

function numberProblem(text, element) {
  const form = element.is_decimal_allowed ? /^-?\d+([.]\d+)?$/ : /^-?\d+$/;
  if (!form.test(text.trim()))
    return element.is_decimal_allowed ? "Give a number, like 12 or 1.5." : "Give a whole number, like 12.";
  const [number, least, most] = [
    Number(text),
    Number(element.min_value ?? -Infinity),
    Number(element.max_value ?? Infinity),
  ];
  if (number < least) return `At least ${element.min_value}, please.`;
  return number > most ? `At most ${element.max_value}, please.` : null;
}

/** A date or a time. @param {(value: any) => string} shown @param {(text: string) => unknown} sent @returns {Drawn} */
function drawMoment(element, slot, attributes, word, shown, sent) {
  const key = `selected_${word}`;
  const given = slot.before() ? slot.before()[key] : element[`initial_${word}`];
  const control = h("input", { class: "text-box moment", ...slot.naming(), ...attributes });
  control.value = given ? shown(given) : "";
  let kept = control.value;
  const value = () => (control.value ? sent(control.value) : null);
  control.addEventListener("change", async () => {
    if (await slot.changed({ [word]: value() }, control)) kept = control.value;
    else control.value = kept;
  });
  const zone = word === "time" && element.timezone ? { timezone: element.timezone } : {};
  return {
    node: control,
    control,
    read: () => ({ type: element.type, [key]: value(), ...zone }),
    problem: () =>
      control.validity.badInput
        ? `This is not a whole ${word.replace("_", " and ")}.`
        : slot.required && !control.value
          ? EMPTY
          : null,
  };
}

/** A moment on the clock of the person one acts as. */
function drawDateTime(element, slot) {
  const zone = slot.surface.context.reader.zone();
  const shown = (seconds) => toLocalInput(seconds, zone);
  return drawMoment(element, slot, { type: "datetime-local" }, "date_time", shown, (text) =>
    fromLocalInput(text.slice(0, 16), zone),
  );
}

/** Radio buttons or checkboxes in a group. @returns {Drawn} */
function drawBoxes(element, slot, many) {
  const key = many ? "selected_options" : "selected_option";
  const initial = many ? element.initial_options : element.initial_option;
  let kept = new Set(
    [slot.before() ? slot.before()[key] : initial]
      .flat()
      .filter(Boolean)
      .map((option) => option.value),
  );
  const name = freshId("boxes");
  const boxes = element.options.map((option) =>
    drawBox(option, slot, { type: many ? "checkbox" : "radio", name }, kept),
  );
  const chosen = () => element.options.filter((_, at) => boxes[at].box.checked);
  const read = () => (many ? chosen() : (chosen()[0] ?? null));
  const { "aria-required": required, ...naming } = slot.naming();
  const node = h(
    "div",
    { class: "boxes", role: many ? "group" : "radiogroup", "aria-required": many ? null : required, ...naming },
    boxes.map((each) => each.node),
  );
  node.addEventListener("change", async (event) => {
    if (await slot.changed(many ? { options: read() } : { option: read() }, event.target))
      kept = new Set(chosen().map((option) => option.value));
    else
      boxes.forEach((each, at) => {
        each.box.checked = kept.has(element.options[at].value);
      });
  });
  return {
    node,
    control: boxes.find((each) => each.box.checked)?.box ?? boxes[0].box,
    read: () => ({ type: element.type, [key]: read() }),
    problem: () => (slot.required && !chosen().length ? (many ? "Choose at least one." : "Choose one.") : null),
  };
}

function drawBox(option, slot, attributes, chosen) {
  const { reader } = slot.surface.context;
  const note = option.description ? freshId("note") : null;
  const box = h("input", { ...attributes, value: option.value, "aria-describedby": note });
  box.checked = chosen.has(option.value);
  const words = h("span", { class: "box-words" }, h("span", { class: "box-text" }, drawText(option.text, reader)));
  const label = h("label", { class: "box" }, box, words);
  const described = note ? h("span", { class: "box-note", id: note }, drawText(option.description, reader)) : null;
  return { node: h("div", { class: "box-row" }, label, described), box };
}
