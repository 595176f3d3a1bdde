/** The app's own place: its Home tab, beside its messages. */

import { LocalError, get, post } from "./api.js";
import { drawBlocks } from "./blocks.js";
import { fill, h, icon } from "./dom.js";
import { oneAtATime } from "./reading.js";
import { Surface } from "./surface.js";
import { remembered } from "./view.js";

export class Home {
  /** @param {import("./surface.js").Context} context @param {HTMLElement} panel the tab's panel */
  constructor(context, panel) {
    Object.assign(this, { context, panel, signature: null, surface: null });
    this.alert = h("div", { role: "alert", class: "alert", hidden: true });
    this.body = h("div", { class: "home-body" });
    /** Fetches what the app last published. */
    this.read = oneAtATime(() => this.#read());
    fill(panel, h("div", { class: "home" }, this.alert, this.body));
  }

  /** Opens the tab: the app is told, and may publish. */
  async open() {
    const asked = this.context.session.me;
    this.clear();
    this.#report(null);
    try {
      await post("home", { as: asked });
    } catch (reason) {
      if (!(reason instanceof LocalError)) throw reason;
      this.#report(reason.message);
    }
    await this.read();
  }

  async #read() {
    const asked = this.context.session.me;
    const { view } = await get("home", { as: asked });
    if (asked === this.context.session.me) this.#draw(view);
  }

  /** Forgets what is drawn, as when one becomes another person. */
  clear() {
    this.signature = null;
    this.surface = null;
    fill(this.body);
  }

  /** @param {any} view */
  #draw(view) {
    const signature = JSON.stringify([view?.id, view?.blocks]);
    if (signature === this.signature) return;
    const key = this.body.contains(document.activeElement)
      ? (document.activeElement.closest("[data-key]")?.dataset.key ?? "")
      : null;
    const kept = this.surface?.state() ?? (view ? remembered(view) : {});
    this.signature = signature;
    if (!view) {
      fill(
        this.body,
        h("p", { class: "nothing" }, `${this.context.people.app.name} has put nothing here for you yet.`),
      );
      return;
    }
    this.surface = new Surface(
      this.context,
      { type: "view", view_id: view.id },
      { kept, heading: 2, report: (words) => this.#report(words) },
    );
    fill(this.body, drawBlocks(view.blocks, this.surface));
    if (key !== null) (this.body.querySelector(`[data-key="${CSS.escape(key)}"]`) ?? this.panel).focus();
  }

  /** @param {string | null} words */
  #report(words) {
    this.alert.hidden = !words;
    fill(this.alert, words ? [icon("alert"), h("span", null, words)] : []);
  }
}
