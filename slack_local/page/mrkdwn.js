/**
 * Slack's mrkdwn as a tree. Pure: text in, nodes out; drawing them is text.js.
 * Source: docs.slack.dev/messaging/formatting-message-text.
 *
 * @typedef {{kind: "text" | "code" | "pre", text: string}
 *   | {kind: "bold" | "italic" | "strike" | "quote", children: Node[]}
 *   | {kind: "link", url: string, children: Node[]}
 *   | {kind: "user" | "channel" | "group", id: string, label: string | null}
 *   | {kind: "broadcast", text: string}
 *   | {kind: "emoji", name: string}
 *   | {kind: "date", seconds: number, format: string, url: string | null, fallback: string}} Node
 */

const MARKS = { "*": "bold", _: "italic", "~": "strike" };
const BARE_URL = /^https?:\/\/[^\s<>|"]*[^\s<>|".,:;!?)'*_~]/;
const EMOJI = /^:([a-z0-9_+'-]+):/;
const QUOTED = /^(?:&gt;|>)/;
const QUOTED_TO_THE_END = /^(?:&gt;|>){3}/;

/** The three characters that Slack's text escapes. @param {string} text */
export function unescape(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** Only what leads somewhere harmless is a link. @param {string} url */
export function safeUrl(url) {
  return /^(?:https?:\/\/|mailto:|tel:)/i.test(url) ? url : null;
}

/**
 * @param {string} text @param {{verbatim?: boolean}} [options] verbatim: bare addresses stay text
 * @returns {Node[]}
 */
export function parse(text, options = {}) {
  const nodes = [];
  text.split(/```/).forEach((piece, at, all) => {
    const fenced = at % 2 === 1 && at < all.length - 1;
    if (fenced) nodes.push({ kind: "pre", text: plain(piece.replace(/^\n/, "").replace(/\n$/, "")) });
    else nodes.push(...lines(at % 2 === 1 ? `\`\`\`${piece}` : trimmed(piece, at, all.length), options));
  });
  return nodes;
}

/** A line's end beside a fence belongs to the fence. */
function trimmed(piece, at, count) {
  const after = at > 0 ? piece.replace(/^\n/, "") : piece;
  return at < count - 2 ? after.replace(/\n$/, "") : after;
}

/** Quotes are lines that begin with ">"; what lies between is inline text. */
function lines(text, options) {
  const nodes = [];
  const all = text.split("\n");
  for (let at = 0; at < all.length;) {
    const toTheEnd = QUOTED_TO_THE_END.test(all[at]);
    const quoted = QUOTED.test(all[at]);
    let end = at + 1;
    while (end < all.length && (toTheEnd || QUOTED.test(all[end]) === quoted)) end += 1;
    nodes.push(...stretch(all.slice(at, end), quoted, toTheEnd, options));
    at = end;
  }
  return nodes;
}

function stretch(some, quoted, toTheEnd, options) {
  if (!quoted) return inline(some.join("\n"), options);
  const bare = toTheEnd
    ? [some[0].replace(QUOTED_TO_THE_END, ""), ...some.slice(1)]
    : some.map((line) => line.replace(QUOTED, ""));
  return [{ kind: "quote", children: inline(bare.map((line) => line.replace(/^ /, "")).join("\n"), options) }];
}

/** @returns {Node[]} */
function inline(text, options) {
  const nodes = [];
  let kept = "";
  for (let at = 0; at < text.length;) {
    const found = nodeAt(text, at, options);
    if (found) {
      if (kept) nodes.push({ kind: "text", text: unescape(kept) });
      kept = "";
      nodes.push(found.node);
      at = found.end;
    } else {
      kept += text[at];
      at += 1;
    }
  }
  if (kept) nodes.push({ kind: "text", text: unescape(kept) });
  return nodes;
}

/** The node that begins here, and where it ends. */
function nodeAt(text, at, options) {
  const letter = text[at];
  if (letter === "<") return angled(text, at);
  if (letter === "`") return code(text, at);
  if (letter in MARKS) return marked(text, at, options);
  if (letter === ":") return matched(EMOJI, text, at, (match) => ({ kind: "emoji", name: match[1] }));
  if (letter === "h" && !options.verbatim && !wordAt(text, at - 1)) return matched(BARE_URL, text, at, bareLink);
  return null;
}

function matched(pattern, text, at, make) {
  const match = pattern.exec(text.slice(at, at + 2048));
  return match && { node: make(match), end: at + match[0].length };
}

function bareLink(match) {
  const url = unescape(match[0]);
  return { kind: "link", url, children: [{ kind: "text", text: url }] };
}

/** Letters and digits of any script: beside them a mark is a character like others. */
function wordAt(text, at) {
  return at >= 0 && at < text.length && /[\p{L}\p{N}]/u.test(text[at]);
}

/** `*bold*`: opens before a word and closes behind one, in the same line. */
function marked(text, at, options) {
  const mark = text[at];
  if (wordAt(text, at - 1) || /\s|^$/.test(text[at + 1] ?? "") || text[at + 1] === mark) return null;
  for (let end = at + 1; end < text.length && text[end] !== "\n"; end = skipped(text, end)) {
    const closes = text[end] === mark && end > at + 1 && !/\s/.test(text[end - 1]) && !wordAt(text, end + 1);
    if (closes && text[end + 1] !== mark) {
      return { node: { kind: MARKS[mark], children: inline(text.slice(at + 1, end), options) }, end: end + 1 };
    }
  }
  return null;
}

/** The place after this character, or after the whole link or code that begins here. */
function skipped(text, at) {
  const whole = text[at] === "<" ? angled(text, at) : text[at] === "`" ? code(text, at) : null;
  return whole ? whole.end : at + 1;
}

function code(text, at) {
  const match = /^`([^`\n]+)`/.exec(text.slice(at));
  return match && { node: { kind: "code", text: plain(match[1]) }, end: at + match[0].length };
}

/** `<…>`: a mention, a date or a link; anything else stays text. */
function angled(text, at) {
  const match = /^<([^<>\n]+)>/.exec(text.slice(at));
  if (!match) return null;
  const node = reference(match[1]);
  return node && { node, end: at + match[0].length };
}

/** @param {string} inside what stands between the angle brackets @returns {Node | null} */
function reference(inside) {
  const bar = inside.indexOf("|");
  const target = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? null : unescape(inside.slice(bar + 1));
  if (/^@[UWB]\w+$/.test(target)) return { kind: "user", id: target.slice(1), label };
  if (/^#[CDG]\w+$/.test(target)) return { kind: "channel", id: target.slice(1), label };
  if (target.startsWith("!subteam^")) return { kind: "group", id: target.slice(9), label };
  if (target.startsWith("!date^")) return date(target, label);
  if (/^!(here|channel|everyone)$/.test(target)) return { kind: "broadcast", text: `@${target.slice(1)}` };
  const url = safeUrl(unescape(target));
  return url && { kind: "link", url, children: [{ kind: "text", text: label || url.replace(/^(mailto|tel):/, "") }] };
}

function date(target, label) {
  const [, seconds, format, url] = target.split("^");
  const fallback = label ?? "";
  if (!/^-?\d+$/.test(seconds) || !format) return fallback ? { kind: "text", text: fallback } : null;
  return {
    kind: "date",
    seconds: Number(seconds),
    format: unescape(format),
    url: url ? safeUrl(unescape(url)) : null,
    fallback,
  };
}

/** Code shows a link's words, not its brackets. @param {string} text */
function plain(text) {
  return unescape(
    text.replace(/<((?:https?:|mailto:|tel:)[^<>|\n]+)(?:\|([^<>\n]+))?>/g, (_, url, label) => label ?? url),
  );
}
