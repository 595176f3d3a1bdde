/** One view of a modal: a form with its title, blocks, buttons and errors. */

import { LocalError, post } from "./api.js";
import { drawBlocks } from "./blocks.js";
import { fill, freshId, h, icon, iconButton } from "./dom.js";
import { Surface } from "./surface.js";
import { plainText } from "./text.js";

/** What makes one drawing of a view differ from another. @param {any} view */
export function signature(view) {
  return JSON.stringify([view.title, view.submit, view.close, view.blocks]);
}

/** Values that the local Slack remembers, without those that say nothing. @param {any} view */
export function remembered(view) {
  const values = {};
  for (const [block, actions] of Object.entries(view.state?.values ?? {})) {
    const said = Object.entries(actions).filter(([, value]) =>
      Object.entries(value).some(([key, part]) => key !== "type" && part !== null && part?.length !== 0),
    );
    if (said.length) values[block] = Object.fromEntries(said);
  }
  return values;
}

export class ViewPane {
  /**
   * @param {import("./surface.js").Context} context @param {any} view
   * @param {{depth: number, kept?: Record<string, any>, close: (all: boolean) => void, settled: () => void}} options
   *   depth: how many views stand under it; kept: what was typed into it before it was drawn again; settled: after the
   *   app answered
   */
  constructor(context, view, { depth, kept, close, settled }) {
    Object.assign(this, { context, view, depth, close, settled });
    this.signature = signature(view);
    this.titleId = freshId("view-title");
    this.alert = h("div", { role: "alert", class: "alert", hidden: true });
    this.surface = new Surface(
      context,
      { type: "view", view_id: view.id },
      {
        kept: kept ?? remembered(view),
        report: (words) => this.#report(words),
      },
    );
    this.node = this.#draw();
  }

  #draw() {
    const { view, context } = this;
    const title = h("h2", { id: this.titleId, tabindex: "-1" }, plainText(view.title));
    const back = this.depth
      ? iconButton("Back", "back", () => this.close(false))
      : context.people.avatar(context.people.app.bot_user);
    const shut = iconButton(this.depth ? "Close all" : "Close", "close", () => this.close(this.depth > 0));
    this.title = title;
    return h(
      "form",
      { class: "view", novalidate: true, autocomplete: "off", on: { submit: (event) => this.#submit(event) } },
      h("header", { class: "view-head" }, back, title, shut),
      h("div", { class: "view-body" }, this.alert, drawBlocks(view.blocks, this.surface)),
      this.#footer(),
    );
  }

  #footer() {
    const { view } = this;
    const words = view.close ? plainText(view.close) : view.submit ? "Cancel" : "Close";
    const shut = h("button", { type: "button", class: "button", on: { click: () => this.close(false) } }, words);
    if (!view.submit) return h("footer", { class: "view-foot" }, shut);
    this.submit = h(
      "button",
      { type: "submit", class: "button button-primary" },
      h("span", { class: "button-words" }, plainText(view.submit)),
    );
    return h("footer", { class: "view-foot" }, shut, this.submit);
  }

  /** @param {string | null} words */
  #report(words) {
    this.alert.hidden = !words;
    fill(this.alert, words ? [icon("alert"), h("span", null, words)] : []);
    if (words) this.alert.scrollIntoView({ block: "nearest" });
  }

  /** Where the focus goes when it opens. */
  focusFirst() {
    const { fields } = this.surface;
    const first = fields.find((field) => field.focusOnLoad) ?? fields[0];
    if (first) first.focus();
    else this.title.focus();
  }

  /** The focus where it was before the view was covered or drawn again. @param {string | null} key */
  focusKey(key) {
    const found = key && this.node.querySelector(`[data-key="${CSS.escape(key)}"]`);
    const control = found && (found.matches("input, textarea, button, a") ? found : found.querySelector("input"));
    if (control) control.focus();
    else this.focusFirst();
  }

  async #submit(event) {
    event.preventDefault();
    if (!this.submit || this.submit.getAttribute("aria-busy") === "true") return;
    const problems = this.surface.problems();
    this.#report(null);
    this.surface.showErrors(problems);
    if (Object.keys(problems).length) return;
    this.#working(true);
    try {
      this.#answered(
        await post("submit", { as: this.context.session.me, view_id: this.view.id, state: this.surface.state() }),
      );
    } catch (reason) {
      if (!(reason instanceof LocalError)) throw reason;
      this.#report(reason.message);
    } finally {
      this.#working(false);
    }
    this.settled();
  }

  #answered(answer) {
    if (!answer.errors) return;
    const elsewhere = this.surface.showErrors(answer.errors);
    if (elsewhere.length) this.#report(elsewhere.join(" "));
  }

  /** @param {boolean} working */
  #working(working) {
    this.submit.setAttribute("aria-busy", String(working));
    this.submit.setAttribute("aria-disabled", String(working));
    this.node.classList.toggle("working", working);
    if (working) this.context.announce("Sending");
  }
}
