/**
 * What blocks stand on: a message, a modal's view, the App Home. It knows the fields, their state as Slack sends it,
 * and how a press reaches the app.
 */

import { LocalError, post } from "./api.js";
import { askFirst } from "./confirm.js";

/**
 * One input, wherever it stands.
 * @typedef {{blockId: string, actionId: string, node: HTMLElement, read: () => Record<string, unknown>,
 *   problem: () => string | null, focus: () => void}} Field
 *
 * Parts of the page that a surface uses.
 * @typedef {{session: import("./session.js").Session, people: import("./people.js").People,
 *   reader: import("./text.js").Reader, announce: (words: string) => void, afterAct: () => void}} Context
 */

export class Surface {
  /**
   * @param {Context} context
   * @param {Record<string, string>} container as `POST /local/press` wants it
   * @param {{kept?: Record<string, Record<string, any>>, report?: (words: string | null) => void, heading?: number}} [options]
   *   kept: values by block and action that were there before; report: shows (or with null: takes away) words about a
   *   press that failed; heading: the level of a header block among the page's headings
   */
  constructor(context, container, { kept = {}, report = () => {}, heading = 3 } = {}) {
    this.context = context;
    this.container = container;
    this.kept = kept;
    this.report = report;
    this.heading = heading;
    /** @type {Field[]} */
    this.fields = [];
    /** @type {Map<string, {setError: (words: string | null) => void, focus: () => void}>} input blocks by id */
    this.inputs = new Map();
  }

  /** The value that this input had before it was drawn again. */
  before(blockId, actionId) {
    return this.kept[blockId]?.[actionId] ?? null;
  }

  /** All inputs' values: block, action, value as Slack sends it. */
  state() {
    const values = {};
    for (const field of this.fields) {
      values[field.blockId] = { ...values[field.blockId], [field.actionId]: field.read() };
    }
    return values;
  }

  /** What Slack's own client would refuse: words by block. */
  problems() {
    const found = {};
    for (const field of this.fields) {
      const words = this.inputs.has(field.blockId) ? field.problem() : null;
      if (words) found[field.blockId] = words;
    }
    return found;
  }

  /**
   * Shows errors under their fields, takes away those that are over, and puts the focus on the first.
   * @param {Record<string, string>} errors words by block
   * @returns {string[]} words whose block has no input here
   */
  showErrors(errors) {
    let first = null;
    for (const [blockId, input] of this.inputs) {
      const words = errors[blockId] ?? null;
      input.setError(words);
      if (words && !first) first = input;
    }
    first?.focus();
    return Object.entries(errors)
      .filter(([blockId]) => !this.inputs.has(blockId))
      .map(([, words]) => words);
  }

  /**
   * Tells the app of a press. While it is on its way, the control shows so and takes no other.
   * @param {any} element the Block Kit element @param {string} blockId @param {HTMLElement} control
   * @param {Record<string, unknown>} values what Slack would send for it
   * @returns {Promise<boolean>} whether it was sent; false when the person thought better of it
   */
  async press(element, blockId, control, values = {}) {
    if (control.getAttribute("aria-busy") === "true") return false;
    if (element.confirm && !(await askFirst(element.confirm, this.context.reader))) return false;
    control.setAttribute("aria-busy", "true");
    this.report(null);
    try {
      await post("press", {
        as: this.context.session.me,
        action_id: element.action_id,
        block_id: blockId,
        container: this.container,
        state: this.state(),
        ...values,
      });
    } catch (reason) {
      if (!(reason instanceof LocalError)) throw reason;
      this.report(reason.message);
    } finally {
      control.removeAttribute("aria-busy");
    }
    this.context.afterAct();
    return true;
  }
}
