/** Block Kit's elements in sections and actions: buttons, menus, images, and the inputs that act at once. */

import { freshId, h, icon, spoken } from "./dom.js";
import { drawField, isField } from "./fields.js";
import { openMenu } from "./menu.js";
import { safeUrl } from "./mrkdwn.js";
import { plainText } from "./text.js";

/** @typedef {import("./surface.js").Surface} Surface */

/**
 * @param {any} element @param {string} blockId @param {Surface} surface
 * @param {string | null} [beside] id of the words that it stands beside, which tell it from its like
 * @returns {HTMLElement}
 */
export function drawElement(element, blockId, surface, beside = null) {
  if (element.type === "button" || element.type === "workflow_button")
    return drawButton(element, blockId, surface, beside);
  if (element.type === "overflow") return drawOverflow(element, blockId, surface, beside);
  if (element.type === "image") return drawImage(element);
  if (isField(element.type)) return drawField(element, actingSlot(element, blockId, surface, beside)).node;
  return h("span", { class: "undrawn" }, `This page does not draw a “${element.type}”.`);
}

/** Where a press on it is found again after the surface was drawn anew. */
function keyed(blockId, element) {
  return { "data-key": `${blockId}/${element.action_id}` };
}

function drawButton(element, blockId, surface, beside) {
  const style = { primary: "button button-primary", danger: "button button-danger" }[element.style] ?? "button";
  const shared = {
    class: style,
    "aria-label": element.accessibility_label ?? null,
    "aria-describedby": beside,
    ...keyed(blockId, element),
    on: { click: () => surface.press(element, blockId, button) },
  };
  const url = element.url ? safeUrl(element.url) : null;
  const words = h("span", { class: "button-words" }, plainText(element.text));
  const button = url
    ? h(
        "a",
        { ...shared, href: url, target: "_blank", rel: "noopener noreferrer" },
        words,
        spoken(" (opens a new tab)"),
      )
    : h("button", { ...shared, type: "button" }, words);
  return button;
}

function drawOverflow(element, blockId, surface, beside) {
  const items = element.options.map((option) => ({
    words: plainText(option.text),
    note: option.description ? plainText(option.description) : null,
    url: option.url ? safeUrl(option.url) : null,
    act: () => surface.press(element, blockId, button, { option }),
  }));
  const button = h(
    "button",
    {
      type: "button",
      class: "button button-overflow",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      "aria-label": "More",
      "aria-describedby": beside,
      title: "More",
      ...keyed(blockId, element),
      on: { click: () => openMenu(button, "More", items) },
    },
    icon("more"),
  );
  return button;
}

/** An image, or its words where it does not come. @param {any} image */
export function drawImage(image, attributes = {}) {
  const url = image.image_url && /^(https?:|data:image\/|\/)/i.test(image.image_url) ? image.image_url : null;
  const words = () => h("span", { class: "image-words" }, image.alt_text);
  if (!url) return words();
  const drawn = h("img", {
    src: url,
    alt: image.alt_text,
    loading: "lazy",
    referrerpolicy: "no-referrer",
    ...attributes,
  });
  drawn.addEventListener("error", () => drawn.replaceWith(words()));
  return drawn;
}

/** An input outside a form tells the app at once what was chosen. */
function actingSlot(element, blockId, surface, beside) {
  const words =
    plainText(element.placeholder) ||
    { datepicker: "Date", timepicker: "Time", datetimepicker: "Date and time" }[element.type] ||
    "Choose";
  const id = freshId("field");
  return {
    surface,
    blockId,
    actionId: element.action_id,
    inForm: false,
    required: false,
    dispatches: true,
    naming: () => ({ id, "aria-label": beside ? null : words, "aria-labelledby": beside, ...keyed(blockId, element) }),
    name: () => words,
    before: () => surface.before(blockId, element.action_id),
    changed: (values, control) => surface.press(element, blockId, control, values),
  };
}
