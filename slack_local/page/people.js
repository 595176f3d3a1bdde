/** The people of the workspace: names, marks, pictures. */

import { h } from "./dom.js";

const SLACKBOT = { id: "USLACKBOT", name: "slackbot", real_name: "Slackbot", title: "", groups: [], color: "6b7a75" };

export class People {
  /** @param {Record<string, any>} workspace */
  constructor(workspace) {
    this.app = workspace.app;
    this.groups = new Map((workspace.groups ?? []).map((group) => [group.id, group]));
    this.byId = new Map([[SLACKBOT.id, SLACKBOT], ...workspace.people.map((person) => [person.id, person])]);
  }

  /** Those whom one can be: employees, guests and people from elsewhere, no bots, none who left. */
  get actors() {
    return [...this.byId.values()].filter((one) => one.id !== SLACKBOT.id && !one.is_bot && !one.deleted);
  }

  /** Those whom a person may choose or mention. */
  get choosable() {
    return [...this.byId.values()].filter((one) => one.id !== SLACKBOT.id && !one.deleted);
  }

  /** @param {string} id */
  person(id) {
    return this.byId.get(id) ?? null;
  }

  /** @param {string} id the name shown, or the id itself for someone unknown */
  name(id) {
    if (id === this.app.bot_user) return this.app.name;
    const person = this.byId.get(id);
    return person ? person.display_name || person.real_name || person.name : id;
  }

  /** By id or by name, as one writes it in an address. @param {string | null} word */
  find(word) {
    if (!word) return null;
    const plain = word.replace(/^@/, "").toLowerCase();
    return this.byId.get(word) ?? this.actors.find((one) => one.name.toLowerCase() === plain) ?? null;
  }

  /** What to know of a person at a glance: title, groups, and how they belong. @param {any} person */
  about(person) {
    const groups = (person.groups ?? []).map((handle) => `@${handle}`);
    const marks = [person.is_guest && "guest", person.is_stranger && "from another company"].filter(Boolean);
    return [person.title, ...groups, ...marks].filter(Boolean).join(" · ");
  }

  /** The picture of a person or of the app: initials on their colour, hidden from screen readers. @param {string} id */
  avatar(id) {
    const isApp = id === this.app.bot_user;
    const name = this.name(id);
    const colour = isApp ? this.app.color : this.byId.get(id)?.color;
    const picture = h("span", { class: isApp ? "avatar avatar-app" : "avatar", "aria-hidden": "true" }, initials(name));
    const shade = readable(colour);
    picture.style.setProperty("--avatar", shade.ground);
    picture.style.setProperty("--avatar-ink", shade.ink);
    return picture;
  }
}

/** @param {string} name */
function initials(name) {
  const words = name.split(/\s+/u).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return letters
    .map((word) => [...word][0])
    .join("")
    .toUpperCase();
}

/** A ground and the ink that reads best on it (WCAG 2.2 relative luminance). @param {string | undefined} colour hex */
function readable(colour) {
  const hex = /^#?([0-9a-f]{6})$/i.exec(colour ?? "")?.[1] ?? "5b6f68";
  const [red, green, blue] = [0, 2, 4].map((at) => {
    const part = parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return { ground: `#${hex}`, ink: luminance > 0.179 ? "#10201b" : "#ffffff" };
}
