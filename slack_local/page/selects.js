/** Block Kit's select menus: where their options come from, and what Slack sends for them. */

import { LocalError, post } from "./api.js";
import { Choice, matching } from "./choice.js";
import { plainText } from "./text.js";

/** @typedef {import("./listbox.js").Item} Item */

const WHO = { option: "option", user: "user", conversation: "conversation", channel: "channel" };
const SOURCES = {
  static: { of: WHO.option, items: listed },
  external: { of: WHO.option, items: suggested },
  users: { of: WHO.user, items: people },
  conversations: { of: WHO.conversation, items: conversations },
  channels: { of: WHO.channel, items: channels },
};

/** @param {string} type an element's @returns {boolean} */
export function isSelect(type) {
  return /^(multi_)?(static|external|users|conversations|channels)_select$/.test(type);
}

/**
 * A select as a field.
 * @param {any} element @param {import("./fields.js").Slot} slot
 * @returns {{node: HTMLElement, control: HTMLElement, read: () => object, problem: () => string | null}}
 */
export function drawSelect(element, slot) {
  const [, multi, kind] = /^(multi_)?(\w+)_select$/.exec(element.type);
  const source = SOURCES[kind];
  const many = Boolean(multi);
  const all = source.items(element, slot);
  const sent = (chosen) => (many ? chosen.map((item) => item.value) : (chosen[0]?.value ?? null));
  const key = `selected_${source.of}${many ? "s" : ""}`;
  const pressed = `${source.of}${many ? "s" : ""}`;
  let kept = chosenAtFirst(element, slot, key, source.of, many);
  const choice = new Choice({
    naming: slot.naming(),
    name: slot.name(),
    placeholder: plainText(element.placeholder) || "Choose…",
    many,
    most: element.max_selected_items,
    items: async (query) => matchingOf(await all(query), query, kind),
    few: count(element, kind),
    chosen: kept,
    clearable: slot.inForm,
    changed: async (chosen) => {
      if (await slot.changed({ [pressed]: sent(chosen) }, choice.box)) kept = chosen;
      else choice.restore(kept);
    },
  });
  return {
    node: choice.node,
    control: choice.box,
    read: () => ({ type: element.type, [key]: sent(choice.chosen) }),
    problem: () => (slot.required && !choice.chosen.length ? (many ? "Choose at least one." : "Choose one.") : null),
  };
}

const matchingOf = (items, query, kind) => (kind === "external" ? items : matching(items, query));

const count = (element, kind) => (kind === "static" ? flat(element).length : undefined);

/** The options of an element, with the label of the group that each stands in. */
function flat(element) {
  const grouped = (element.option_groups ?? []).flatMap((group) =>
    group.options.map((option) => optionItem(option, plainText(group.label))),
  );
  return [...(element.options ?? []).map((option) => optionItem(option)), ...grouped];
}

/** @param {any} option @param {string | null} [group] @returns {Item} */
function optionItem(option, group = null) {
  const note = option.description ? plainText(option.description) : null;
  return { key: option.value, text: plainText(option.text), note, group, value: option };
}

function listed(element) {
  const items = flat(element);
  return async () => items;
}

/** Asks the app, as Slack does with `block_suggestion`. */
function suggested(element, slot) {
  return async (query) => {
    if (query.length < (element.min_query_length ?? 3)) return [];
    const { session } = slot.surface.context;
    const asked = {
      as: session.me,
      action_id: element.action_id,
      block_id: slot.blockId,
      container: slot.surface.container,
      value: query,
    };
    try {
      return flat(await post("options", asked));
    } catch (reason) {
      if (!(reason instanceof LocalError)) throw reason;
      return [];
    }
  };
}

function people(_element, slot) {
  const { people: everyone } = slot.surface.context;
  return async () => everyone.choosable.map((person) => personItem(person.id, everyone));
}

function personItem(id, everyone) {
  const person = everyone.person(id);
  return {
    key: id,
    text: everyone.name(id),
    note: person?.title || null,
    picture: () => everyone.avatar(id),
    value: id,
  };
}

function conversations(element, slot) {
  const { session, people: everyone } = slot.surface.context;
  const kinds = element.filter?.include;
  const called = (one) => (one.kind === "im" ? everyone.name(one.user) : `#${one.name}`);
  const wanted = (one) => !kinds || kinds.includes(one.kind);
  return async () =>
    session.conversations.filter(wanted).map((one) => ({ key: one.id, text: called(one), value: one.id }));
}

function channels(_element, slot) {
  return conversations({ filter: { include: ["public"] } }, slot);
}

/** What stands chosen when it is drawn: what was there before, else what the app gave. @returns {Item[]} */
function chosenAtFirst(element, slot, key, of, many) {
  const before = slot.before();
  const initial =
    element[`initial_${of}${many ? "s" : ""}`] ?? (of === WHO.conversation ? defaultConversation(element, slot) : null);
  const given = [before ? before[key] : initial].flat().filter((value) => value !== null && value !== undefined);
  return given.map((value) => itemOf(value, element, slot, of)).filter(Boolean);
}

function itemOf(value, element, slot, of) {
  const { people: everyone, reader } = slot.surface.context;
  if (of === WHO.user) return personItem(value, everyone);
  if (of !== WHO.option) return { key: value, text: reader.conversationName(value), value };
  if (element.type.includes("external")) return optionItem(value);
  return flat(element).find((item) => item.key === value.value) ?? null;
}

function defaultConversation(element, slot) {
  return element.default_to_current_conversation ? (slot.surface.context.session.conversation?.id ?? null) : null;
}
