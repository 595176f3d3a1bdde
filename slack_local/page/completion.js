/** What the composer proposes while one types: commands, people, channels. Pure. */

import { matching } from "./choice.js";

/** @typedef {import("./listbox.js").Item} Item */
/** @typedef {{from: number, to: number, items: Item[], name: string}} Proposal from, to: the part that is replaced */

const MOST = 8;

/**
 * @param {string} text @param {number} caret
 * @param {{commands: any[], people: import("./people.js").People, channels: any[]}} known
 * @returns {Proposal | null}
 */
export function propose(text, caret, known) {
  const before = text.slice(0, caret);
  const command = /^\/\S*$/.exec(before);
  if (command) return proposal(commandItems(known.commands, before), 0, caret, "Commands");
  const person = /(?:^|[\s(])@([\p{L}\p{N}._-]*)$/u.exec(before);
  if (person) return proposal(personItems(known.people, person[1]), caret - person[1].length - 1, caret, "People");
  const channel = /(?:^|[\s(])#([\p{L}\p{N}_-]*)$/u.exec(before);
  if (channel)
    return proposal(channelItems(known.channels, channel[1]), caret - channel[1].length - 1, caret, "Channels");
  return null;
}

/** How the command that was begun goes on. @param {string} text @param {any[]} commands */
export function usage(text, commands) {
  const typed = /^(\/\S+)\s/.exec(text)?.[1];
  return commands.find((one) => one.command === typed) ?? null;
}

function proposal(items, from, to, name) {
  return items.length ? { from, to, items: items.slice(0, MOST), name } : null;
}

function commandItems(commands, typed) {
  const found = commands.filter((one) => one.command.startsWith(typed.toLowerCase()));
  return found.map((one) => {
    const text = [one.command, one.usage_hint].filter(Boolean).join(" ");
    return { key: one.command, text, note: one.description, value: `${one.command} ` };
  });
}

function personItems(people, typed) {
  const items = people.choosable.map((person) => ({
    key: person.id,
    text: people.name(person.id),
    note: [`@${person.name}`, person.title].filter(Boolean).join(" · "),
    picture: () => people.avatar(person.id),
    value: `@${person.name} `,
  }));
  return matching(items, typed);
}

function channelItems(channels, typed) {
  const items = channels
    .filter((one) => one.kind !== "im")
    .map((one) => ({ key: one.id, text: `#${one.name}`, note: one.topic || null, value: `#${one.name} ` }));
  return matching(items, typed);
}
