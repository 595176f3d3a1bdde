/** The messages of the conversation that is shown. */

import { get } from "./api.js";
import { formatted, secondsOf } from "./dates.js";
import { fill, h } from "./dom.js";
import { announcement, keyOf, MessageCard } from "./message.js";
import { oneAtATime } from "./reading.js";

const NEAR = 80; // pixels from the end within which one is reading the newest
const TOGETHER = 300; // seconds within which one sender's messages stand together

export class Messages {
  /** @param {import("./surface.js").Context} context @param {HTMLElement} frame the part that scrolls */
  constructor(context, frame) {
    Object.assign(this, { context, frame });
    this.list = h("ol", { class: "messages", role: "list" });
    this.begin = h("div", { class: "beginning" });
    this.newer = h(
      "button",
      { type: "button", class: "button newer", hidden: true, on: { click: () => this.toEnd() } },
      "New messages below",
    );
    fill(frame, this.begin, this.list, this.newer);
    /** @type {Map<string, {card: MessageCard, signature: string}>} */
    this.cards = new Map();
    this.channel = null;
    /** Fetches and draws what is new or changed. */
    this.read = oneAtATime(() => this.#read());
    frame.addEventListener("scroll", () => this.#scrolled());
    this.atEnd = true;
    /** @type {string | null} ts of the message to which a permalink led */
    this.wanted = null;
    new ResizeObserver(() => this.atEnd && this.#jump()).observe(this.list);
    new ResizeObserver(() => this.atEnd && this.#jump()).observe(frame);
  }

  async #read() {
    const { session } = this.context;
    const { conversation, me } = session;
    if (!conversation) return;
    const { messages } = await get("messages", { as: me, channel: conversation.id });
    if (session.me !== me || session.conversation?.id !== conversation.id) return;
    this.#draw(conversation, `${me}/${conversation.id}`, messages);
  }

  /** Forgets what is drawn, as when another conversation is opened. */
  clear() {
    this.channel = null;
    this.cards.clear();
    fill(this.list);
    fill(this.begin);
    this.newer.hidden = true;
    this.atEnd = true;
  }

  #draw(conversation, place, messages) {
    const first = this.channel !== place;
    if (first) this.clear();
    this.channel = place;
    const known = this.cards;
    this.cards = new Map();
    const drawn = this.#rows(conversation.id, messages, known);
    this.#place(drawn);
    fill(this.begin, this.#beginning(conversation));
    const news = first ? [] : messages.filter((one) => !known.has(keyOf(one)) && one.user !== this.context.session.me);
    for (const message of news) this.context.announce(announcement(message, this.context));
    if (this.wanted) this.#lead();
    else if (this.atEnd) this.#jump();
    else if (news.length) this.newer.hidden = false;
  }

  /** Shows the message to which a permalink led. */
  #lead() {
    const article = this.list.querySelector(`[data-ts="${CSS.escape(this.wanted ?? "")}"] article`);
    this.wanted = null;
    if (!article) return;
    this.atEnd = false;
    article.scrollIntoView({ block: "center" });
    article.focus({ preventScroll: true, focusVisible: true });
  }

  /** The rows in order: days, messages, and under each its replies. */
  #rows(channel, messages, known) {
    const roots = messages.filter((one) => !isReply(one, messages));
    const rows = [];
    let before = null;
    for (const root of roots) {
      const day = this.#day(root);
      if (!before || this.#day(before) !== day) rows.push(this.#divider(day));
      const compact =
        Boolean(before) && this.#day(before) === day && together(before, root) && !hasReplies(before, messages);
      rows.push(this.#card(channel, root, { compact, reply: false }, known));
      for (const reply of messages.filter((one) => isReply(one, messages) && one.thread_ts === root.ts)) {
        rows.push(this.#card(channel, reply, { compact: false, reply: true }, known));
      }
      before = root;
    }
    return rows;
  }

  #card(channel, message, options, known) {
    const key = keyOf(message);
    const signature = JSON.stringify([message, options]);
    const old = known.get(key);
    if (old?.signature === signature) {
      this.cards.set(key, old);
      return old.card.node;
    }
    const card = new MessageCard(this.context, channel, message, { ...options, kept: old?.card.surface.state() });
    this.cards.set(key, { card, signature });
    return card.node;
  }

  /** Puts the rows in place, touching only those that moved: the focus and what is typed stay. */
  #place(rows) {
    const held = document.activeElement;
    const wanted = new Set(rows);
    const gone = [...this.list.children].filter((child) => !wanted.has(child));
    const lost = gone.find((child) => child.contains(held));
    const key = lost ? held.closest("[data-key]")?.dataset.key : null;
    for (const child of gone) child.remove();
    rows.forEach((row, at) => {
      if (this.list.children[at] !== row) this.list.insertBefore(row, this.list.children[at] ?? null);
    });
    if (lost) this.#refocus(lost, key);
  }

  /** The focus stays with a message that was drawn anew, on the same control where it is still there. */
  #refocus(lost, key) {
    const now = this.list.querySelector(`[data-ts="${CSS.escape(lost.dataset.ts ?? "")}"]`);
    const same = key && now?.querySelector(`[data-key="${CSS.escape(key)}"]`);
    (same ?? now?.querySelector("article"))?.focus({ preventScroll: true });
  }

  #day(message) {
    const { reader } = this.context;
    return formatted(secondsOf(message.ts), "{day_divider_pretty}", reader.zone(), reader.now());
  }

  #divider(day) {
    return h("li", { class: "day" }, h("span", null, day));
  }

  #beginning(conversation) {
    const { people } = this.context;
    if (conversation.kind === "im") {
      const name = people.name(conversation.user ?? people.app.bot_user);
      return h(
        "p",
        null,
        conversation.is_app
          ? `What ${name} writes to you alone stands here.`
          : `Here you and ${name} write to each other.`,
      );
    }
    return h(
      "p",
      null,
      `This is the beginning of #${conversation.name}.`,
      conversation.topic ? ` ${conversation.topic}` : "",
    );
  }

  toEnd() {
    this.atEnd = true;
    this.newer.hidden = true;
    this.#jump();
  }

  #jump() {
    this.frame.scrollTop = this.frame.scrollHeight;
  }

  #scrolled() {
    this.atEnd = this.frame.scrollHeight - this.frame.scrollTop - this.frame.clientHeight < NEAR;
    if (this.atEnd) this.newer.hidden = true;
  }
}

const isReply = (message, all) =>
  Boolean(message.thread_ts) && message.thread_ts !== message.ts && all.some((one) => one.ts === message.thread_ts);

const hasReplies = (message, all) => all.some((one) => one.thread_ts === message.ts && one.ts !== message.ts);

function together(before, message) {
  const close = secondsOf(message.ts) - secondsOf(before.ts) < TOGETHER;
  return close && before.user === message.user && before.ephemeral === message.ephemeral && !message.ephemeral;
}
