/** The box in which one chooses one or several from a list, by typing or by arrows. */

import { freshId, h, icon, iconButton } from "./dom.js";
import { Listbox } from "./listbox.js";

/** @typedef {import("./listbox.js").Item} Item */

const FEW = 10; // up to so many are read at a glance: no phone's keyboard is opened for them

/** @param {string} text */
const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** Those items in which every typed word is found. @param {Item[]} items @param {string} query */
export function matching(items, query) {
  const words = folded(query).split(/\s+/).filter(Boolean);
  return items.filter((item) => words.every((word) => folded(`${item.text} ${item.note ?? ""}`).includes(word)));
}

/**
 * @typedef {{naming: Record<string, string | null>, name: string, placeholder: string, many: boolean, most?: number,
 *   items: (query: string) => Promise<Item[]>, few?: number, chosen: Item[], clearable: boolean,
 *   changed: (chosen: Item[]) => void}} ChoiceOptions
 *   naming: aria attributes of the box; few: how many items there are, where that is known; most: how many may be
 *   chosen; clearable: whether none may be chosen again
 */
export class Choice {
  /** @param {ChoiceOptions} options */
  constructor(options) {
    this.options = options;
    this.chosen = [...options.chosen];
    this.box = this.#makeBox();
    this.chips = h("span", { class: "chips" });
    this.node = h(
      "div",
      { class: options.many ? "choice choice-many" : "choice", on: { focusout: (event) => this.#left(event) } },
      this.chips,
      this.box,
      h("span", { class: "choice-mark" }, icon("down")),
    );
    this.node.addEventListener("mousedown", (event) => this.#pressed(event));
    this.list = new Listbox(this.box, this.node, (item) => this.pick(item), { name: options.name, many: options.many });
    this.node.append(this.list.popup);
    this.#draw();
  }

  #makeBox() {
    const { naming, few, placeholder } = this.options;
    return h("input", {
      type: "text",
      role: "combobox",
      class: "choice-box",
      id: freshId("choice"),
      autocomplete: "off",
      spellcheck: "false",
      "aria-expanded": "false",
      "aria-haspopup": "listbox",
      placeholder,
      inputmode: few !== undefined && few <= FEW ? "none" : null,
      ...naming,
      on: {
        input: () => this.#show(this.box.value),
        keydown: (event) => this.#key(event),
        click: () => this.list.open || this.#show(""),
      },
    });
  }

  #pressed(event) {
    if (event.target === this.box || this.list.popup.contains(event.target) || event.target.closest("button")) return;
    event.preventDefault();
    this.box.focus();
    if (this.list.open) this.list.close();
    else this.#show("");
  }

  async #show(query) {
    this.asked = query;
    const found = await this.options.items(query);
    if (this.asked !== query || !this.node.contains(document.activeElement)) return;
    const keys = new Set(this.chosen.map((item) => item.key));
    const items = found.map((item) => ({ ...item, chosen: keys.has(item.key) }));
    const first = items.findIndex((item) => item.chosen);
    this.list.show(items, first >= 0 && !query ? first : items.length && query ? 0 : -1);
  }

  #key(event) {
    if (this.list.key(event)) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp" || (event.key === "Enter" && !this.list.open)) {
      event.preventDefault();
      this.#show("");
    } else if (event.key === "Enter") event.preventDefault();
    else if (event.key === "Backspace" && this.options.many && !this.box.value && this.chosen.length)
      this.#drop(this.chosen.at(-1));
  }

  /** Chooses it, or where several may be chosen and it was: no longer. @param {Item} item */
  pick(item) {
    const had = this.chosen.some((one) => one.key === item.key);
    if (!this.options.many) this.list.close();
    if (!this.options.many) this.#set([item], had);
    else if (had) this.#drop(item);
    else if (this.chosen.length < (this.options.most ?? Infinity)) this.#set([...this.chosen, item]);
    if (this.options.many && this.list.open) this.#show("");
  }

  #drop(item) {
    this.#set(this.chosen.filter((one) => one.key !== item.key));
    this.box.focus();
  }

  #set(chosen, same = false) {
    this.chosen = chosen;
    this.#draw();
    if (!same) this.options.changed(chosen);
  }

  /** What is chosen without telling the app, as when a person thought better of it. @param {Item[]} chosen */
  restore(chosen) {
    this.chosen = [...chosen];
    this.#draw();
  }

  #left(event) {
    if (event.relatedTarget && this.node.contains(event.relatedTarget)) return;
    this.asked = null;
    this.list.close();
    this.#settle();
  }

  /** What was typed but not chosen: the very name of an item chooses it, nothing at all clears, the rest is forgotten. */
  async #settle() {
    const typed = this.box.value.trim();
    if (this.options.many ? !typed : typed === (this.chosen[0]?.text ?? "")) return;
    if (!typed && this.options.clearable) return this.#set([]);
    const found = typed ? await this.options.items(typed) : [];
    const exact = found.find((item) => folded(item.text) === folded(typed));
    if (exact && !this.chosen.some((item) => item.key === exact.key)) this.pick(exact);
    else this.#draw();
  }

  #draw() {
    const { many, placeholder } = this.options;
    this.box.value = many ? "" : (this.chosen[0]?.text ?? "");
    this.box.placeholder = many && this.chosen.length ? "" : placeholder;
    if (many) this.chips.replaceChildren(...this.chosen.map((item) => this.#chip(item)));
  }

  #chip(item) {
    return h(
      "span",
      { class: "chip" },
      item.text,
      iconButton(`Remove ${item.text}`, "close", () => this.#drop(item), { class: "icon-button chip-remove" }),
    );
  }
}
