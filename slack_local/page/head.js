/** The head of the place that is shown: its name, its topic, and the app's two tabs. */

import { fill, h, icon, spoken } from "./dom.js";
import { channelIcon } from "./sidebar.js";

export class Head {
  /**
   * @param {import("./surface.js").Context} context @param {HTMLElement} frame @param {HTMLButtonElement} menu
   * @param {(place: import("./session.js").Place) => void} go
   */
  constructor(context, frame, menu, go) {
    Object.assign(this, { context, go });
    this.menu = menu;
    this.words = h("div", { class: "head-words" });
    this.tabs = this.#makeTabs();
    fill(frame, menu, this.words, this.tabs.list);
    for (const what of ["place", "conversations"]) context.session.addEventListener(what, () => this.draw());
  }

  #makeTabs() {
    const tab = (words, panel, place) =>
      h(
        "button",
        {
          type: "button",
          role: "tab",
          class: "tab",
          "aria-controls": panel,
          on: { click: () => place() && this.go(place()), keydown: (event) => this.#key(event) },
        },
        words,
      );
    const home = tab("Home", "home", () => ({ kind: "home" }));
    const messages = tab("Messages", "conversation", () => {
      const conversation = this.context.session.appConversation;
      return conversation && { kind: "conversation", id: conversation.id };
    });
    return {
      home,
      messages,
      list: h("div", { role: "tablist", class: "tabs", "aria-label": "The app" }, home, messages),
    };
  }

  #key(event) {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    const other = event.currentTarget === this.tabs.home ? this.tabs.messages : this.tabs.home;
    other.focus();
    other.click();
  }

  draw() {
    const { session, people } = this.context;
    const { conversation, place } = session;
    const atHome = place?.kind === "home";
    const atApp = atHome || conversation?.is_app === true;
    this.tabs.list.hidden = !atApp;
    for (const [tab, chosen] of [
      [this.tabs.home, atHome],
      [this.tabs.messages, !atHome],
    ]) {
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
    }
    const unread = atHome ? (session.appConversation?.unread ?? 0) : 0;
    fill(
      this.tabs.messages,
      "Messages",
      unread ? h("span", { class: "unread" }, String(unread), spoken(" unread")) : null,
    );
    const name = this.#name(conversation, atApp);
    fill(
      this.words,
      h("h1", null, this.#picture(conversation, atApp), h("span", null, name)),
      this.#note(conversation, atApp),
    );
    this.#title(name, conversation);
  }

  #name(conversation, atApp) {
    const { people } = this.context;
    if (atApp) return people.app.name;
    if (!conversation) return "Nowhere yet";
    return conversation.kind === "im" ? people.name(conversation.user) : conversation.name;
  }

  #picture(conversation, atApp) {
    const { people } = this.context;
    if (atApp) return people.avatar(people.app.bot_user);
    if (!conversation) return null;
    return conversation.kind === "im" ? people.avatar(conversation.user) : channelIcon(conversation);
  }

  #note(conversation, atApp) {
    const { people } = this.context;
    const about = conversation?.kind === "im" ? people.person(conversation.user) : null;
    const words = atApp ? people.app.description : about ? people.about(about) : conversation?.topic;
    const kind = !atApp && conversation?.kind === "private" ? spoken("Private channel. ") : null;
    const shared = conversation?.is_ext_shared ? h("span", { class: "mark" }, "Shared with another company") : null;
    return h("p", { class: "head-note" }, kind, shared, shared && words ? " " : null, words);
  }

  /** What the browser's tab says: unread, where, as whom. */
  #title(name, conversation) {
    const { session, people } = this.context;
    const unread = session.conversations.reduce((sum, one) => sum + (one.id === conversation?.id ? 0 : one.unread), 0);
    const where = conversation && conversation.kind !== "im" ? `#${name}` : name;
    document.title = `${unread ? `(${unread}) ` : ""}${where} · ${people.name(session.me)} · ${session.workspace.team.name}`;
  }
}

/** The button that opens the drawer on a narrow screen. */
export function menuButton() {
  return h(
    "button",
    {
      type: "button",
      class: "icon-button menu-button",
      "aria-label": "Open the left column",
      "aria-expanded": "false",
      "aria-controls": "column",
    },
    icon("menu"),
  );
}
