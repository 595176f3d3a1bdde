/**
 * Making elements. Text only ever becomes a text node; nothing here parses HTML.
 */

const SVG = "http://www.w3.org/2000/svg";
let made = 0;

/** An id that no other element of this page has. @param {string} prefix */
export function freshId(prefix) {
  made += 1;
  return `${prefix}-${made}`;
}

/**
 * An element with its attributes, listeners and children.
 *
 * `on` holds listeners by event name; `class`, `data-…`, `aria-…` and other names are attributes. An attribute that is
 * null, undefined or false is left out, true becomes an empty one (aria-… and data-… get the word).
 * @param {string} tag
 * @param {Record<string, unknown> | null} [attributes]
 * @param {...(Node | string | null | undefined | false | Array<Node | string | null>)} children
 * @returns {HTMLElement}
 */
export function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    } else setAttribute(element, name, value);
  }
  append(element, children);
  return element;
}

/** @param {Element} element @param {string} name @param {unknown} value */
export function setAttribute(element, name, value) {
  const wordy = name.startsWith("aria-") || name.startsWith("data-");
  if (value === null || value === undefined || (value === false && !wordy)) element.removeAttribute(name);
  else element.setAttribute(name, value === true && !wordy ? "" : String(value));
}

/** @param {Element} parent @param {Array<unknown>} children */
function append(parent, children) {
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) parent.append(child);
  }
}

/** Puts these children in place of what stood there. @param {Element} parent @param {...unknown} children */
export function fill(parent, ...children) {
  parent.replaceChildren();
  append(parent, children);
  return parent;
}

/** Words for a screen reader alone. @param {string} words */
export function spoken(words) {
  return h("span", { class: "spoken" }, words);
}

const ICONS = {
  hash: "M6 2.5 5 13.5M11 2.5l-1 11M2.5 6h11M2.5 10.5h11",
  lock: "M4.5 7.5h7v5.5h-7zM5.8 7.5V5.2a2.2 2.2 0 0 1 4.4 0v2.3",
  menu: "M2.5 4.5h11M2.5 8h11M2.5 11.5h11",
  close: "M4 4l8 8M12 4l-8 8",
  back: "M9.5 3.5 5 8l4.5 4.5",
  down: "M4 6.2 8 10.2l4-4",
  send: "M3 8h9.5M8.5 3.8 12.7 8l-4.2 4.2",
  eye: "M1.8 8S4 3.8 8 3.8 14.2 8 14.2 8 12 12.2 8 12.2 1.8 8 1.8 8zM8 6.3a1.7 1.7 0 1 0 0 3.4 1.7 1.7 0 0 0 0-3.4z",
  more: "M3.5 8h.01M8 8h.01M12.5 8h.01",
  home: "M2.8 7.6 8 3l5.2 4.6M4.3 6.6v6.2h7.4V6.6",
  file: "M4 2.5h5l3 3v8H4zM9 2.5v3h3",
  alert: "M8 2.6 14 13H2zM8 6.6v3M8 11.2h.01",
  swap: "M5.2 5.8 8 3l2.8 2.8M5.2 10.2 8 13l2.8-2.8",
  check: "M3.2 8.4 6.5 11.6 12.8 4.8",
  bolt: "M9 1.8 3.8 9h3.6L6.8 14.2 12.2 7H8.4z",
};

/** A small line drawing; beside words, so hidden from screen readers. @param {keyof ICONS} name */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  setAttribute(svg, "viewBox", "0 0 16 16");
  setAttribute(svg, "class", "icon");
  setAttribute(svg, "aria-hidden", "true");
  setAttribute(svg, "focusable", "false");
  const path = document.createElementNS(SVG, "path");
  setAttribute(path, "d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** A button that shows an icon and is called by its words. @param {string} words @param {keyof ICONS} name */
export function iconButton(words, name, press, attributes = {}) {
  const given = { type: "button", class: "icon-button", "aria-label": words, title: words, on: { click: press } };
  return h("button", { ...given, ...attributes }, icon(name));
}
