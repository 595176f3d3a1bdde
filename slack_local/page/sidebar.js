/** The left column: workspace, who one is, the app, channels, direct messages. */

import { chooseActor } from "./actas.js";
import { fill, freshId, h, icon } from "./dom.js";
import { addressOf } from "./route.js";

export class Sidebar {
  /**
   * @param {import("./surface.js").Context} context @param {HTMLElement} column
   * @param {(place: import("./session.js").Place) => void} go @param {(person: string) => void} become
   */
  constructor(context, column, go, become) {
    Object.assign(this, { context, column, go, become });
    const { team } = context.session.workspace;
    this.actor = h("div", { class: "actor" });
    this.nav = h("nav", { class: "places", "aria-label": "Conversations" });
    fill(
      column,
      h(
        "div",
        { class: "team" },
        h("span", { class: "team-mark", "aria-hidden": "true" }, [...team.name][0]),
        h(
          "span",
          { class: "team-words" },
          h("strong", null, team.name),
          h("span", { class: "team-note" }, "A local Slack, on this computer alone"),
        ),
      ),
      this.actor,
      this.nav,
    );
    for (const what of ["person", "conversations", "place"]) context.session.addEventListener(what, () => this.draw());
  }

  draw() {
    const key = this.column.contains(document.activeElement) ? document.activeElement.dataset.place : null;
    this.#drawActor();
    this.#drawPlaces();
    if (key) this.nav.querySelector(`[data-place="${CSS.escape(key)}"]`)?.focus();
  }

  #drawActor() {
    const { session, people } = this.context;
    const person = people.person(session.me);
    if (!person || this.drawnActor === person.id) return;
    this.drawnActor = person.id;
    const about = people.about(person);
    const button = h(
      "button",
      {
        type: "button",
        class: "actor-button",
        "aria-haspopup": "dialog",
        "data-act-as": "",
        "aria-label": [`Act as ${people.name(person.id)}`, about].filter(Boolean).join(", "),
        on: { click: () => chooseActor(people, session.me, this.become) },
      },
      people.avatar(person.id),
      h(
        "span",
        { class: "actor-words" },
        h("span", { class: "actor-as" }, "Act as "),
        h("strong", null, people.name(person.id)),
        h("span", { class: "actor-about" }, about),
      ),
      icon("swap"),
    );
    const held = this.actor.contains(document.activeElement);
    fill(this.actor, button);
    if (held) button.focus();
  }

  #drawPlaces() {
    const { session, people } = this.context;
    const app = session.appConversation;
    const of = (test) => session.conversations.filter((one) => !one.is_app && test(one));
    fill(
      this.nav,
      this.#group("App", app ? [this.#appItem(app)] : []),
      this.#group(
        "Channels",
        of((one) => one.kind !== "im").map((one) => this.#item(one, channelIcon(one), one.name)),
      ),
      this.#group(
        "Direct messages",
        of((one) => one.kind === "im").map((one) => this.#item(one, people.avatar(one.user), people.name(one.user))),
      ),
    );
  }

  #group(words, items) {
    if (!items.length) return null;
    const id = freshId("group");
    return h(
      "section",
      { "aria-labelledby": id },
      h("h2", { id }, words),
      h(
        "ul",
        { role: "list" },
        items.map((item) => h("li", null, item)),
      ),
    );
  }

  /** The app opens on its Home, or on its messages where some are unread. */
  #appItem(conversation) {
    const { people, session } = this.context;
    const place =
      conversation.unread && session.place?.kind !== "home"
        ? { kind: "conversation", id: conversation.id }
        : { kind: "home" };
    const current = session.place?.kind === "home" || session.conversation?.is_app;
    return this.#link(place, conversation, people.avatar(people.app.bot_user), people.app.name, current);
  }

  #item(conversation, picture, name) {
    const current = this.context.session.conversation?.id === conversation.id;
    return this.#link({ kind: "conversation", id: conversation.id }, conversation, picture, name, current);
  }

  #link(place, conversation, picture, name, current) {
    const unread = current && place.kind !== "home" ? 0 : conversation.unread;
    const marks = [
      conversation.is_ext_shared
        ? h("span", { class: "mark", title: "People of another company read here" }, "Shared")
        : null,
      unread ? h("span", { class: "unread" }, String(unread)) : null,
    ];
    const said = [
      name,
      conversation.kind === "private" && "private",
      conversation.is_ext_shared && "shared",
      unread && `${unread} unread`,
    ];
    return h(
      "a",
      {
        class: unread ? "place has-unread" : "place",
        href: addressOf(this.context, place),
        "aria-current": current ? "page" : null,
        "aria-label": said.filter(Boolean).join(", "),
        "data-place": conversation.id,
        on: { click: (event) => this.#clicked(event, place) },
      },
      h("span", { class: "place-icon" }, picture),
      h("span", { class: "place-name" }, name),
      marks,
    );
  }

  #clicked(event, place) {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    this.go(place);
  }
}

/** @param {import("./session.js").Conversation} conversation */
export function channelIcon(conversation) {
  return icon(conversation.kind === "private" ? "lock" : "hash");
}
