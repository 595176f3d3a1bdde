/** Where one writes: a message, or a slash command. */

import { LocalError, post } from "./api.js";
import { propose, usage } from "./completion.js";
import { fill, freshId, h, icon, iconButton } from "./dom.js";
import { Listbox } from "./listbox.js";
import { openMenu } from "./menu.js";

export class Composer {
  /** @param {import("./surface.js").Context} context @param {HTMLElement} frame */
  constructor(context, frame) {
    Object.assign(this, { context, frame, proposal: null });
    /** @type {Map<string, string>} what was typed and not sent, by person and conversation */
    this.drafts = new Map();
    this.hint = h("p", { class: "composer-hint", id: freshId("hint") });
    this.alert = h("p", { class: "alert", role: "alert", hidden: true });
    this.waiting = h("p", { class: "composer-waiting", role: "status" });
    this.box = this.#makeBox();
    this.send = h(
      "button",
      { type: "submit", class: "send", "aria-label": "Send", title: "Send (Enter)" },
      icon("send"),
    );
    this.form = h(
      "form",
      { class: "composer-form", on: { submit: (event) => this.#submit(event) } },
      this.#shortcuts(),
      this.box,
      this.send,
    );
    this.list = new Listbox(this.box, this.form, (item) => this.#complete(item), { name: "Suggestions", above: true });
    fill(frame, this.waiting, this.alert, this.form, this.list.popup, this.hint);
  }

  #makeBox() {
    return h("textarea", {
      class: "composer-box",
      id: "composer",
      rows: 1,
      dir: "auto",
      autocomplete: "off",
      "aria-describedby": this.hint.id,
      "aria-haspopup": "listbox",
      on: {
        input: () => this.#typed(),
        keydown: (event) => this.#key(event),
        blur: () => this.list.close(),
        click: () => this.#propose(),
      },
    });
  }

  /** The app's global shortcuts, where it has some. */
  #shortcuts() {
    const global = (this.context.session.workspace.shortcuts ?? []).filter((one) => one.type === "global");
    if (!global.length) return null;
    const items = global.map((one) => ({ words: one.name, note: one.description, act: () => this.#shortcut(one) }));
    const button = iconButton("Shortcuts", "bolt", () => openMenu(button, "Shortcuts", items), {
      "aria-haspopup": "menu",
      "aria-expanded": "false",
    });
    return button;
  }

  #shortcut(one) {
    return this.#try(() => post("shortcut", { as: this.context.session.me, callback_id: one.callback_id }));
  }

  get #draftKey() {
    const { session } = this.context;
    return `${session.me}/${session.conversation?.id ?? ""}`;
  }

  /** Makes it the composer of the conversation that is shown now. */
  open() {
    const { session, reader } = this.context;
    const { conversation } = session;
    this.list.close();
    this.#report(null);
    this.waiting.textContent = "";
    if (!conversation) return;
    const words = `Message ${conversation.kind === "im" ? reader.conversationName(conversation.id) : `#${conversation.name}`}`;
    this.box.setAttribute("aria-label", words);
    this.box.placeholder = this.#readOnly(conversation) ? "Type / for a command" : words;
    this.box.value = this.drafts.get(this.#draftKey) ?? "";
    this.#grow();
    this.#sayUsage();
  }

  #readOnly(conversation) {
    return conversation.is_app && this.context.session.app.messages_read_only === true;
  }

  focus() {
    this.box.focus({ preventScroll: true });
  }

  #typed() {
    this.drafts.set(this.#draftKey, this.box.value);
    this.#grow();
    this.#sayUsage();
    this.#propose();
  }

  #grow() {
    this.box.style.height = "auto";
    this.box.style.height = `${this.box.scrollHeight}px`;
    this.send.disabled = !this.box.value.trim();
  }

  /** How the command goes on, while it is written. */
  #sayUsage() {
    const { session } = this.context;
    const command = usage(this.box.value, session.workspace.commands);
    if (command)
      fill(
        this.hint,
        h("b", null, command.command),
        " ",
        command.usage_hint ?? "",
        h("span", { class: "quiet" }, ` ${command.description}`),
      );
    else
      fill(
        this.hint,
        h("span", { class: "quiet" }, "Enter sends, Shift+Enter begins a new line, / is for commands, @ for people"),
      );
  }

  #propose() {
    const { session, people } = this.context;
    const known = { commands: session.workspace.commands, people, channels: session.conversations };
    this.proposal =
      this.box.selectionStart === this.box.selectionEnd
        ? propose(this.box.value, this.box.selectionStart, known)
        : null;
    if (!this.proposal) return this.list.close();
    const count = this.proposal.items.length;
    if (!this.list.open)
      this.context.announce(`${count} ${count === 1 ? "suggestion" : "suggestions"}, arrows to choose, Tab to take`);
    return this.list.show(this.proposal.items, 0);
  }

  #complete(item) {
    const { from, to } = this.proposal;
    this.box.setRangeText(String(item.value), from, to, "end");
    this.list.close();
    this.#typed();
  }

  #key(event) {
    if (event.isComposing) return;
    const marked = this.list.open ? this.list.items[this.list.active] : null;
    if (marked && event.key === "Enter" && this.#isWhole(marked)) this.list.close();
    else if (marked && event.key === "Tab" && !event.shiftKey) {
      event.preventDefault();
      this.#complete(marked);
      return;
    }
    if (this.list.key(event) || event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    this.form.requestSubmit();
  }

  /** Whether what was typed is already all that the item would put there: then Enter sends. */
  #isWhole(item) {
    const { from, to } = this.proposal;
    return this.box.value.slice(from, to).toLowerCase() === String(item.value).trim().toLowerCase();
  }

  async #submit(event) {
    event.preventDefault();
    const { session, people } = this.context;
    const text = this.box.value.trim();
    const { conversation } = session;
    if (!text || !conversation) return;
    if (this.#readOnly(conversation) && !text.startsWith("/")) {
      this.#report(`${people.app.name} reads no messages here. Type / for its commands.`);
      return;
    }
    const key = this.#draftKey;
    this.#empty(key);
    const said = await this.#try(() => post("say", { as: session.me, channel: conversation.id, text }), text);
    if (!said) this.#giveBack(key, text);
  }

  #empty(key) {
    this.drafts.delete(key);
    this.box.value = "";
    this.list.close();
    this.#grow();
    this.#sayUsage();
  }

  /** What could not be sent is there again, unless something else was begun. */
  #giveBack(key, text) {
    if (this.drafts.get(key)) return;
    this.drafts.set(key, text);
    if (key !== this.#draftKey) return;
    this.box.value = text;
    this.#grow();
    this.#sayUsage();
  }

  /** @param {() => Promise<unknown>} act @param {string} [text] @returns {Promise<boolean>} */
  async #try(act, text = "") {
    const { session, people } = this.context;
    this.#report(null);
    const isCommand = session.workspace.commands.some((one) => one.command === text.split(/\s/)[0]);
    if (isCommand) this.waiting.textContent = `${people.app.name} is asked: ${text}`;
    try {
      await act();
      return true;
    } catch (reason) {
      if (!(reason instanceof LocalError)) throw reason;
      this.#report(reason.message);
      return false;
    } finally {
      this.waiting.textContent = "";
      this.context.afterAct();
    }
  }

  /** @param {string | null} words */
  #report(words) {
    this.alert.hidden = !words;
    fill(this.alert, words ? [icon("alert"), h("span", null, words)] : []);
  }
}
