/** Draws Slack's text objects: mrkdwn as elements, plain text as text. */

import { formatted } from "./dates.js";
import { h } from "./dom.js";
import { emojiCharacter } from "./emoji.js";
import { parse, unescape } from "./mrkdwn.js";

/**
 * What a text needs to know of its reader.
 * @typedef {{me: string, name: (id: string) => string, channelName: (id: string) => string,
 *   groupHandle: (id: string) => string, zone: () => string | undefined, now: () => Date}} Reader
 */

/** @param {{type: string, text: string, verbatim?: boolean}} object @param {Reader} reader @returns {Array<Node | string>} */
export function drawText(object, reader) {
  if (object.type === "mrkdwn") return drawMrkdwn(object.text, reader, object);
  return [plainText(object)];
}

/** Plain text's words, with its shortcodes and escapes turned. @param {{text: string, emoji?: boolean} | undefined} object */
export function plainText(object) {
  const words = unescape(object?.text ?? "");
  if (object?.emoji === false) return words;
  return words.replace(/:([a-z0-9_+'-]+):/g, (whole, name) => emojiCharacter(name) ?? whole);
}

/** @param {string} text @param {Reader} reader @param {{verbatim?: boolean}} [options] */
export function drawMrkdwn(text, reader, options = {}) {
  return parse(text, options).map((node) => draw(node, reader));
}

/** The same without any marks, for notifications and names. @param {string} text @param {Reader} reader */
export function spokenText(text, reader) {
  return h("span", null, drawMrkdwn(text, reader)).textContent.trim();
}

const DRAWN = {
  text: (node) => node.text,
  code: (node) => h("code", null, node.text),
  pre: (node) => h("pre", { tabindex: "0" }, node.text),
  bold: (node, reader) => h("strong", null, children(node, reader)),
  italic: (node, reader) => h("em", null, children(node, reader)),
  strike: (node, reader) => h("s", null, children(node, reader)),
  quote: (node, reader) => h("blockquote", null, children(node, reader)),
  link: (node, reader) => link(node.url, children(node, reader)),
  user: (node, reader) => userMention(node.id, reader),
  channel: (node, reader) => h("span", { class: "mention" }, `#${node.label || reader.channelName(node.id)}`),
  group: (node, reader) => h("span", { class: "mention" }, node.label || `@${reader.groupHandle(node.id)}`),
  broadcast: (node) => h("span", { class: "mention mention-me" }, node.text),
  emoji: (node) => emojiCharacter(node.name) ?? `:${node.name}:`,
  date: (node, reader) => drawDate(node, reader),
};

/** @param {import("./mrkdwn.js").Node} node @param {Reader} reader */
function draw(node, reader) {
  return DRAWN[node.kind](node, reader);
}

function children(node, reader) {
  return node.children.map((child) => draw(child, reader));
}

/** @param {string} id @param {Reader} reader */
export function userMention(id, reader) {
  return h("span", { class: id === reader.me ? "mention mention-me" : "mention" }, `@${reader.name(id)}`);
}

/** A link that tells nothing of this page to where it leads. @param {string} url @param {...unknown} words */
export function link(url, ...words) {
  const outside = /^https?:/i.test(url);
  const target = outside ? { target: "_blank", rel: "noopener noreferrer" } : {};
  return h("a", { href: url, ...target }, words);
}

/** @param {{seconds: number, format: string, url?: string | null, fallback?: string}} date @param {Reader} reader */
export function drawDate(date, reader) {
  const words = formatted(date.seconds, date.format, reader.zone(), reader.now());
  if (words === null) return date.fallback ?? "";
  const moment = new Date(date.seconds * 1000);
  const full = formatted(date.seconds, "{date_long} {time_secs}", reader.zone(), reader.now());
  const time = h(
    "time",
    { datetime: moment.toISOString(), title: full, "data-seconds": date.seconds, "data-format": date.format },
    words,
  );
  return date.url ? link(date.url, time) : time;
}

/** Brings the words of dates up to now ("today", "4 minutes ago"). @param {ParentNode} root @param {Reader} reader */
export function refreshDates(root, reader) {
  for (const time of root.querySelectorAll("time[data-format]")) {
    const words = formatted(Number(time.dataset.seconds), time.dataset.format, reader.zone(), reader.now());
    if (words !== null && time.textContent !== words) time.textContent = words;
  }
}
