/** Draws Block Kit's layout blocks. Source: docs.slack.dev/reference/block-kit/blocks. */

import { freshId, h, spoken } from "./dom.js";
import { drawElement, drawImage } from "./elements.js";
import { drawField, isField } from "./fields.js";
import { drawRichText } from "./richtext.js";
import { drawText, plainText } from "./text.js";

/** @typedef {import("./surface.js").Surface} Surface */

const DRAWERS = {
  section: drawSection,
  header: (block, surface) => h(`h${surface.heading}`, { class: "block-header" }, plainText(block.text)),
  divider: () => h("hr", { class: "block-divider" }),
  context: drawContext,
  actions: (block, surface) =>
    h(
      "div",
      { class: "block-actions" },
      block.elements.map((each) => drawElement(each, block.block_id, surface)),
    ),
  image: drawImageBlock,
  input: drawInput,
  rich_text: (block, surface) => h("div", { class: "prose" }, drawRichText(block, surface.context.reader)),
  markdown: (block) => h("div", { class: "prose" }, block.text),
};

/** @param {any[]} blocks @param {Surface} surface @returns {HTMLElement} */
export function drawBlocks(blocks, surface) {
  return h(
    "div",
    { class: "blocks" },
    blocks.map((block) => drawBlock(block, surface)),
  );
}

function drawBlock(block, surface) {
  const draw = Object.hasOwn(DRAWERS, block.type) ? DRAWERS[block.type] : null;
  if (draw) return draw(block, surface);
  return h("p", { class: "undrawn" }, `This page does not draw a “${block.type}” block.`);
}

function drawSection(block, surface) {
  const { reader } = surface.context;
  const id = freshId("section");
  const fields = block.fields?.map((field) => h("div", { class: "section-field prose" }, drawText(field, reader)));
  const words = h(
    "div",
    { class: "section-words", id },
    block.text ? h("div", { class: "prose", dir: "auto" }, drawText(block.text, reader)) : null,
    fields ? h("div", { class: "section-fields" }, fields) : null,
  );
  if (!block.accessory) return h("div", { class: "block-section" }, words);
  const wide = isField(block.accessory.type);
  const accessory =
    block.accessory.type === "image"
      ? drawImage(block.accessory, { class: "section-image" })
      : drawElement(block.accessory, block.block_id, surface, id);
  return h(
    "div",
    { class: wide ? "block-section block-section-wide" : "block-section" },
    words,
    h("div", { class: "section-accessory" }, accessory),
  );
}

function drawContext(block, surface) {
  const { reader } = surface.context;
  const parts = block.elements.map((element) =>
    element.type === "image"
      ? drawImage(element, { class: "context-image" })
      : h("span", { class: "prose" }, drawText(element, reader)),
  );
  return h("div", { class: "block-context" }, parts);
}

function drawImageBlock(block) {
  const title = block.title ? h("figcaption", null, plainText(block.title)) : null;
  return h("figure", { class: "block-image" }, title, drawImage(block));
}

/** A labelled input with its hint and the place of its error. */
function drawInput(block, surface) {
  const [control, label, hint, error, optional] = ["field", "label", "hint", "error", "optional"].map(freshId);
  const element = block.element;
  if (!isField(element.type)) return h("p", { class: "undrawn" }, `This page does not draw a “${element.type}”.`);
  const slot = formSlot(block, surface, {
    control,
    label,
    described: [block.optional && optional, block.hint && hint].filter(Boolean).join(" "),
  });
  const drawn = drawField(element, slot);
  const words = h("p", { class: "field-error", id: error, hidden: true });
  surface.inputs.set(block.block_id, {
    focus: () => drawn.control.focus(),
    setError: (text) => setError(text, words, slot.named(drawn), node),
  });
  const node = h(
    "div",
    { class: "block-input" },
    h(
      "label",
      { class: "field-label", for: drawn.control.id === control ? control : null },
      h("span", { id: label }, plainText(block.label)),
      block.optional ? h("span", { class: "field-optional", id: optional }, " (optional)") : null,
    ),
    drawn.node,
    words,
    block.hint ? h("p", { class: "field-hint", id: hint }, plainText(block.hint)) : null,
  );
  return node;
}

/** Says what is wrong with a field, where it stands and to those who do not see it. */
function setError(text, words, named, node) {
  words.hidden = !text;
  words.replaceChildren(
    ...(text ? [h("span", { class: "field-error-mark", "aria-hidden": "true" }, "!"), spoken("Error: "), text] : []),
  );
  node.classList.toggle("wrong", Boolean(text));
  const others = (named.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id && id !== words.id);
  named.setAttribute("aria-describedby", (text ? [words.id, ...others] : others).join(" "));
  if (text) named.setAttribute("aria-invalid", "true");
  else named.removeAttribute("aria-invalid");
}

/** The slot of an input in a form, and which element carries its name. */
function formSlot(block, surface, ids) {
  const { element, block_id: blockId } = block;
  const dispatches = block.dispatch_action === true;
  const required = block.optional !== true;
  return {
    surface,
    blockId,
    actionId: element.action_id,
    inForm: true,
    required,
    dispatches,
    naming: () => ({
      id: ids.control,
      "aria-labelledby": ids.label,
      "aria-describedby": ids.described || null,
      "aria-required": required ? "true" : null,
      "data-key": `${blockId}/${element.action_id}`,
    }),
    name: () => plainText(block.label),
    before: () => surface.before(blockId, element.action_id),
    changed: (values, control) =>
      dispatches ? surface.press(element, blockId, control, values) : Promise.resolve(true),
    named: (drawn) => (drawn.node.id === ids.control ? drawn.node : drawn.control),
  };
}
