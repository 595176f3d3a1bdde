/**
 * A list of options under a text box that keeps the focus (the combobox pattern of the ARIA Authoring Practices). Used
 * by selects, by completion and by "Act as".
 *
 * @typedef {{key: string, text: string, note?: string | null, group?: string | null, picture?: () => Node,
 *   value: unknown, chosen?: boolean}} Item
 */

import { freshId, h } from "./dom.js";
import { closePopup, isOpen, makePopup, openPopup } from "./popup.js";

export class Listbox {
  /**
   * @param {HTMLInputElement | HTMLTextAreaElement} box the text box that it belongs to
   * @param {HTMLElement} anchor where it opens
   * @param {(item: Item) => void} pick
   * @param {{name: string, many?: boolean, above?: boolean, empty?: string}} options
   */
  constructor(box, anchor, pick, { name, many = false, above = false, empty = "Nothing matches." }) {
    Object.assign(this, { box, anchor, pick, above, empty, items: [], active: -1 });
    this.id = freshId("list");
    this.popup = makePopup({
      id: this.id,
      role: "listbox",
      "aria-label": name,
      "aria-multiselectable": many ? "true" : null,
    });
    // A press on the list must not take the focus away from the box.
    this.popup.addEventListener("mousedown", (event) => event.preventDefault());
    box.setAttribute("aria-controls", this.id);
    box.setAttribute("aria-autocomplete", "list");
  }

  get open() {
    return isOpen(this.popup);
  }

  /** @param {Item[]} items @param {number} [active] which is marked at first; -1: none */
  show(items, active = -1) {
    this.items = items;
    this.popup.replaceChildren(...this.#drawn());
    openPopup(this.popup, this.anchor, () => this.close(), { above: this.above });
    this.#expanded(true);
    this.mark(active);
  }

  close() {
    closePopup(this.popup);
    this.popup.replaceChildren();
    this.#expanded(false);
    this.mark(-1);
  }

  /** @param {number} at */
  mark(at) {
    this.active = at;
    for (const option of this.popup.querySelectorAll("[data-at]")) {
      option.classList.toggle("marked", Number(option.dataset.at) === at);
    }
    const option = this.popup.querySelector(`[data-at="${at}"]`);
    if (option) {
      this.box.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else this.box.removeAttribute("aria-activedescendant");
  }

  /** Answers the keys that are the list's. @param {KeyboardEvent} event @returns {boolean} whether it was one */
  key(event) {
    if (!this.open || event.isComposing) return false;
    if (event.key === "Escape") this.close();
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") this.#step(event.key === "ArrowDown" ? 1 : -1);
    else if (event.key === "Enter" && this.items[this.active]) this.pick(this.items[this.active]);
    else return false;
    event.preventDefault();
    return true;
  }

  #step(by) {
    const count = this.items.length;
    if (!count) return;
    const from = this.active < 0 && by < 0 ? 0 : this.active;
    this.mark((from + by + count) % count);
  }

  #expanded(open) {
    if (this.box.getAttribute("role") === "combobox") this.box.setAttribute("aria-expanded", String(open));
  }

  #drawn() {
    if (!this.items.length) return [h("p", { class: "list-empty" }, this.empty)];
    const drawn = [];
    let group = null;
    this.items.forEach((item, at) => {
      if (item.group && item.group !== group)
        drawn.push(h("div", { class: "list-group", role: "presentation" }, item.group));
      group = item.group ?? null;
      drawn.push(this.#option(item, at));
    });
    return drawn;
  }

  #option(item, at) {
    const words = h(
      "span",
      { class: "option-words" },
      h("span", { class: "option-text" }, item.text),
      item.note ? h("span", { class: "option-note" }, item.note) : null,
    );
    return h(
      "div",
      {
        role: "option",
        id: `${this.id}-${at}`,
        "data-at": at,
        class: "option",
        "aria-selected": item.chosen === true,
        on: { click: () => this.pick(item), mousemove: () => this.active !== at && this.mark(at) },
      },
      item.picture?.() ?? null,
      words,
      item.chosen ? h("span", { class: "option-chosen", "aria-hidden": "true" }, "✓") : null,
    );
  }
}
