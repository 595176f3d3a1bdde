/** Draws one message. */

import { post, LocalError } from "./api.js";
import { drawBlocks } from "./blocks.js";
import { formatted, secondsOf } from "./dates.js";
import { fill, freshId, h, icon, iconButton, spoken } from "./dom.js";
import { openMenu } from "./menu.js";
import { Surface } from "./surface.js";
import { drawMrkdwn, spokenText } from "./text.js";

/** @typedef {import("./surface.js").Context} Context */

/** What stands for a message between two drawings. @param {any} message */
export function keyOf(message) {
  return `${message.ts}${message.ephemeral ? "-ephemeral" : ""}`;
}

/** What a screen reader says of a message that comes in. @param {any} message @param {Context} context */
export function announcement(message, context) {
  const words = spokenText(message.text ?? "", context.reader) || "a message";
  const mark = message.ephemeral ? ", only visible to you" : "";
  return `${context.people.name(message.user)}${mark}: ${words}`;
}

export class MessageCard {
  /**
   * @param {Context} context @param {string} channel @param {any} message
   * @param {{compact: boolean, reply: boolean, kept?: Record<string, any>}} options compact: same sender as above;
   *   reply: stands under the message that it answers
   */
  constructor(context, channel, message, { compact, reply, kept }) {
    Object.assign(this, { context, channel, message, compact, reply });
    this.alert = h("div", { role: "alert", class: "alert", hidden: true });
    this.surface = new Surface(
      context,
      { type: "message", channel, ts: message.ts },
      { kept, report: (words) => this.#report(words) },
    );
    this.node = this.#draw();
  }

  #draw() {
    const { message, compact, reply, context } = this;
    const from = freshId("from");
    const classes = ["message", compact && "compact", reply && "reply", message.ephemeral && "ephemeral"].filter(
      Boolean,
    );
    const picture = h("div", { class: "message-side" }, compact ? this.#time() : context.people.avatar(message.user));
    return h(
      "li",
      { class: classes.join(" "), "data-ts": message.ts },
      h(
        "article",
        { "aria-labelledby": from, tabindex: "-1" },
        picture,
        h(
          "div",
          { class: "message-main" },
          this.#head(from),
          this.#marks(),
          this.#content(),
          this.#files(),
          this.alert,
        ),
        this.#tools(),
      ),
    );
  }

  #head(id) {
    const { message, compact, context, reply } = this;
    const isApp = message.bot || context.people.person(message.user)?.is_bot;
    const name = h("span", { class: "message-name" }, context.people.name(message.user));
    const mark = isApp ? h("span", { class: "mark" }, "App") : null;
    const parts = [name, mark, " ", compact ? null : this.#time(), reply ? spoken(" in reply") : null];
    return h("div", { id, class: compact ? "message-head spoken" : "message-head" }, parts);
  }

  #time() {
    const { reader } = this.context;
    const seconds = secondsOf(this.message.ts);
    const [short, full] = ["{time}", "{date_long} {time_secs}"].map((format) =>
      formatted(seconds, format, reader.zone(), reader.now()),
    );
    return h("time", { class: "message-time", datetime: new Date(seconds * 1000).toISOString(), title: full }, short);
  }

  #marks() {
    if (!this.message.ephemeral) return null;
    return h("p", { class: "only-you" }, icon("eye"), "Only visible to you");
  }

  #content() {
    const { message, context } = this;
    const edited = message.edited ? h("span", { class: "edited" }, " (edited)") : null;
    if (message.blocks?.length) return [drawBlocks(message.blocks, this.surface), edited];
    if (!message.text) return edited;
    return h("div", { class: "prose", dir: "auto" }, drawMrkdwn(message.text, context.reader), edited);
  }

  #files() {
    const { files } = this.message;
    if (!files?.length) return null;
    const links = files.map((file) =>
      h(
        "li",
        null,
        h(
          "a",
          { class: "file", href: file.url, target: "_blank", rel: "noopener noreferrer" },
          icon("file"),
          h("span", null, file.title || file.name),
        ),
      ),
    );
    return h("ul", { class: "files", "aria-label": "Files" }, links);
  }

  /** The app's message shortcuts. */
  #tools() {
    const { session } = this.context;
    const shortcuts = (session.workspace.shortcuts ?? []).filter((one) => one.type === "message");
    if (!shortcuts.length || this.message.ephemeral) return null;
    const items = shortcuts.map((one) => ({ words: one.name, note: one.description, act: () => this.#shortcut(one) }));
    const button = iconButton("More actions", "more", () => openMenu(button, "More actions", items), {
      "aria-haspopup": "menu",
      "aria-expanded": "false",
    });
    return h("div", { class: "message-tools" }, button);
  }

  async #shortcut(one) {
    this.#report(null);
    try {
      await post("shortcut", {
        as: this.context.session.me,
        callback_id: one.callback_id,
        channel: this.channel,
        ts: this.message.ts,
      });
    } catch (reason) {
      if (!(reason instanceof LocalError)) throw reason;
      this.#report(reason.message);
    }
    this.context.afterAct();
  }

  /** @param {string | null} words */
  #report(words) {
    this.alert.hidden = !words;
    fill(this.alert, words ? [icon("alert"), h("span", null, words)] : []);
    if (words) this.alert.scrollIntoView({ block: "nearest" });
  }
}
