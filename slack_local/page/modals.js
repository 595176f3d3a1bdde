/** The stack of views that the app has open for a person, in one dialog. */

import { get, LocalError, post } from "./api.js";
import { closeDialog, openDialog } from "./dialogs.js";
import { oneAtATime } from "./reading.js";
import { signature, ViewPane } from "./view.js";

export class Modals {
  /** @param {import("./surface.js").Context} context @param {() => void} focusPlace where the focus goes if nothing has it */
  constructor(context, focusPlace) {
    Object.assign(this, { context, focusPlace });
    /** @type {ViewPane[]} bottom first */
    this.panes = [];
    /** @type {HTMLDialogElement | null} */
    this.dialog = null;
    /** Fetches the stack. */
    this.read = oneAtATime(() => this.#read());
  }

  async #read() {
    const asked = this.context.session.me;
    const { stack } = await get("views", { as: asked });
    if (asked === this.context.session.me) this.#show(stack);
  }

  /** @param {any[]} stack */
  #show(stack) {
    if (!stack.length) return this.#hide();
    const before = this.panes;
    const key = document.activeElement?.closest?.("[data-key]")?.dataset.key ?? null;
    this.panes = stack.map((view, depth) => this.#paneFor(view, depth, before));
    const top = this.panes[this.panes.length - 1];
    const former = before[before.length - 1];
    if (former && former.view.id !== top.view.id) former.focusedKey = key;
    if (!this.dialog) this.dialog = openDialog({ label: top.titleId, class: "modal" }, () => this.close(false));
    if (former === top) return undefined;
    const heldFocus = !former || this.dialog.contains(document.activeElement);
    this.dialog.setAttribute("aria-labelledby", top.titleId);
    this.dialog.replaceChildren(...this.panes.map((pane) => pane.node));
    for (const pane of this.panes) pane.node.hidden = pane !== top;
    if (heldFocus) this.#focus(top, former, key);
    return undefined;
  }

  #focus(top, former, key) {
    if (former?.view.id === top.view.id) top.focusKey(key);
    else if (top.focusedKey) top.focusKey(top.focusedKey);
    else top.focusFirst();
  }

  /** The pane that shows this view already, or a new one with what was typed in the old. */
  #paneFor(view, depth, before) {
    const old = before.find((pane) => pane.view.id === view.id);
    if (old && old.signature === signature(view)) {
      old.view = view;
      return old;
    }
    return new ViewPane(this.context, view, {
      depth,
      kept: old?.surface.state(),
      close: (all) => this.close(all),
      settled: () => this.context.afterAct(),
    });
  }

  #hide() {
    this.panes = [];
    if (!this.dialog) return;
    closeDialog(this.dialog);
    this.dialog = null;
    if (!document.activeElement || document.activeElement === document.body) this.focusPlace();
  }

  /** Closes the view on top, or the whole stack. @param {boolean} all */
  async close(all) {
    const top = this.panes[this.panes.length - 1];
    if (!top) return;
    try {
      await post("close", {
        as: this.context.session.me,
        view_id: top.view.id,
        all: all || top.view.clear_on_close === true,
      });
    } catch (reason) {
      if (!(reason instanceof LocalError)) throw reason;
      if (reason.status === 0) return this.#hide();
    }
    await this.read();
  }
}
