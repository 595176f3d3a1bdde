/** Draws a rich_text block. Source: docs.slack.dev/reference/block-kit/blocks/rich-text-block. */

import { h } from "./dom.js";
import { emojiCharacter } from "./emoji.js";
import { safeUrl } from "./mrkdwn.js";
import { drawDate, link, userMention } from "./text.js";

/** @typedef {import("./text.js").Reader} Reader */

const STYLES = [
  ["code", "code"],
  ["bold", "strong"],
  ["italic", "em"],
  ["strike", "s"],
  ["underline", "u"],
];

/** @param {{elements: any[]}} block @param {Reader} reader */
export function drawRichText(block, reader) {
  return h("div", { class: "rich-text" }, part(block.elements, reader));
}

/** Paragraphs, quotes and lists; neighbouring lists of growing indent are nested. */
function part(elements, reader) {
  const drawn = [];
  for (const element of elements) {
    if (element.type === "rich_text_list") addList(drawn, element, reader);
    else drawn.push(paragraph(element, reader));
  }
  return drawn;
}

function paragraph(element, reader) {
  const inside = (element.elements ?? []).map((leaf) => drawLeaf(leaf, reader));
  if (element.type === "rich_text_preformatted") return h("pre", { tabindex: "0" }, inside);
  if (element.type === "rich_text_quote") return h("blockquote", null, inside);
  return h("div", null, inside);
}

function addList(drawn, element, reader) {
  const tag = element.style === "ordered" ? "ol" : "ul";
  const list = h(
    tag,
    element.offset ? { start: element.offset + 1 } : null,
    element.elements.map((item) => h("li", null, paragraph(item, reader))),
  );
  const home = listAt(drawn[drawn.length - 1], element.indent ?? 0);
  if (home) home.append(list);
  else drawn.push(list);
}

/** The last item of the list before, as deep as the indent says. */
function listAt(previous, indent) {
  let home = null;
  let list = previous;
  for (let depth = 0; depth < indent && /^[OU]L$/.test(list?.tagName ?? ""); depth += 1) {
    home = list.lastElementChild;
    list = home?.lastElementChild;
  }
  return home;
}

const LEAVES = {
  text: (leaf) => leaf.text,
  link: (leaf) => (safeUrl(leaf.url) ? link(leaf.url, leaf.text || leaf.url) : leaf.text || leaf.url),
  user: (leaf, reader) => userMention(leaf.user_id, reader),
  channel: (leaf, reader) => h("span", { class: "mention" }, `#${reader.channelName(leaf.channel_id)}`),
  usergroup: (leaf, reader) => h("span", { class: "mention" }, `@${reader.groupHandle(leaf.usergroup_id)}`),
  broadcast: (leaf) => h("span", { class: "mention mention-me" }, `@${leaf.range}`),
  emoji: (leaf) => emojiCharacter(leaf.name) ?? `:${leaf.name}:`,
  color: (leaf) => leaf.value,
  date: (leaf, reader) =>
    drawDate({ ...leaf, seconds: leaf.timestamp, url: leaf.url ? safeUrl(leaf.url) : null }, reader),
};

function drawLeaf(leaf, reader) {
  const drawn = LEAVES[leaf.type]?.(leaf, reader) ?? leaf.text ?? "";
  return STYLES.reduce((inside, [style, tag]) => (leaf.style?.[style] ? h(tag, null, inside) : inside), drawn);
}
