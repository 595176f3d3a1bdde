/** Puts the page together. */

import { get, LocalError } from "./api.js";
import { Composer } from "./composer.js";
import { knownZone } from "./dates.js";
import { fill, h, icon, iconButton } from "./dom.js";
import { makeDrawer } from "./drawer.js";
import { Head, menuButton } from "./head.js";
import { Home } from "./home.js";
import { Live } from "./live.js";
import { Messages } from "./messages.js";
import { Modals } from "./modals.js";
import { People } from "./people.js";
import { addressOf, placeFor, readAddress } from "./route.js";
import { Session } from "./session.js";
import { Sidebar } from "./sidebar.js";
import { announcer, watchStatus } from "./status.js";
import { refreshDates } from "./text.js";

const part = (id) => document.getElementById(id);

/** How texts are read by the person one acts as. */
function makeReader(session, people) {
  const called = (id) => session.conversations.find((one) => one.id === id);
  return {
    get me() {
      return session.me;
    },
    name: (id) => people.name(id),
    channelName: (id) => called(id)?.name ?? id,
    conversationName: (id) => {
      const one = called(id);
      if (!one) return id;
      return one.kind === "im" ? people.name(one.user ?? people.app.bot_user) : `#${one.name}`;
    },
    groupHandle: (id) => people.groups.get(id)?.handle ?? id,
    zone: () => knownZone(people.person(session.me)?.tz),
    now: () => new Date(),
  };
}

/** The page as a whole: what happens when person, place or news change. */
class Page {
  /** @param {any} workspace */
  constructor(workspace) {
    const session = new Session(workspace);
    const people = new People(workspace);
    this.turning = 0; // how many changes of person wait for their conversations
    this.session = session;
    this.context = {
      session,
      people,
      reader: makeReader(session, people),
      announce: announcer(part("announcer")),
      afterAct: () => this.bring(this.modals.read()),
    };
    this.#makeParts();
    session.addEventListener("place", () => this.#opened());
    window.addEventListener("popstate", () => this.#fromAddress());
    document.addEventListener("visibilitychange", () => document.hidden || this.bring(this.#readPlace()));
    setInterval(() => refreshDates(document, this.context.reader), 20_000);
  }

  #makeParts() {
    const { context } = this;
    const go = (place) => this.go(place);
    const menu = menuButton();
    this.drawer = makeDrawer(part("column"), part("main"), menu, part("veil"));
    this.sidebar = new Sidebar(context, part("column"), go, (person) => this.become(person));
    this.head = new Head(context, part("head"), menu, go);
    this.messages = new Messages(context, part("messages"));
    this.composer = new Composer(context, part("composer-frame"));
    this.home = new Home(context, part("home"));
    this.modals = new Modals(context, () => this.#focusPlace());
    this.live = new Live(
      (news) => this.#hear(news),
      () => this.#reached(),
      () => this.session.know({ reached: false }),
    );
    watchStatus(this.session, part("status"), () => this.live.again());
  }

  /** Waits for something to be fetched; says in words what went wrong. @param {Promise<unknown>} work */
  async bring(work) {
    try {
      await work;
    } catch (reason) {
      if (!(reason instanceof LocalError)) throw reason;
      if (reason.status !== 0) this.#trouble(reason.message);
      else if (this.session.reached) this.live.doubt();
    }
  }

  /** @param {string | null} words */
  #trouble(words) {
    const line = part("trouble");
    line.hidden = !words;
    fill(
      line,
      words ? [icon("alert"), h("span", null, words), iconButton("Put away", "close", () => this.#trouble(null))] : [],
    );
  }

  /** The person and the place that the address names. */
  async #fromAddress() {
    const asked = readAddress(location.search);
    const person = this.context.people.find(asked.as);
    if (asked.as && !person) this.#trouble(`No one here is called “${asked.as}”.`);
    const next = person?.id ?? this.session.workspace.start_as;
    if (next !== this.session.me || !this.live.person) {
      await this.#turnInto(next);
      if (this.session.place) return; // whoever opened a place meanwhile stays there
    }
    this.#arrive(asked);
  }

  async #turnInto(person) {
    this.messages.clear();
    this.home.clear();
    this.session.place = null;
    this.turning += 1;
    try {
      const conversations = this.session.become(person);
      this.live.listen(person);
      await conversations;
    } finally {
      this.turning -= 1;
    }
  }

  /** @param {{channel: string | null, tab: string | null, message?: string | null}} asked */
  #arrive(asked) {
    this.messages.wanted = asked.message ?? null;
    const place = placeFor(this.context, asked);
    if (!place)
      this.#trouble(`${this.context.people.name(this.session.me)} is in no conversation called “${asked.channel}”.`);
    const there = place ?? placeFor(this.context, { channel: null, tab: null });
    if (there) this.session.go(there);
    this.bring(this.modals.read());
  }

  start() {
    return this.bring(this.#fromAddress());
  }

  /** @param {import("./session.js").Place} place */
  go(place) {
    this.#trouble(null);
    this.drawer.close();
    this.session.go(place);
    history.pushState(null, "", addressOf(this.context, place));
    if (place.kind === "conversation") this.composer.focus();
  }

  /** Becomes another person, in the same conversation where that person is in it too. @param {string} person */
  async become(person) {
    const { place, conversation } = this.session;
    const stays = conversation && conversation.kind !== "im" ? conversation.id : null;
    const appMessages = conversation?.is_app === true;
    this.#trouble(null);
    this.drawer.close();
    await this.bring(this.#turnInto(person));
    const same = this.session.conversations.some((one) => one.id === stays) ? stays : null;
    const inApp = appMessages ? (this.session.appConversation?.id ?? null) : null;
    this.#arrive({ channel: same ?? inApp, tab: place?.kind === "home" ? "home" : null });
    if (this.session.place) history.pushState(null, "", addressOf(this.context, this.session.place));
    this.context.announce(`You act as ${this.context.people.name(person)} now`);
    part("column").querySelector("[data-act-as]")?.focus({ preventScroll: true });
  }

  /** A place was opened. */
  #opened() {
    const { place, conversation } = this.session;
    const atHome = place?.kind === "home";
    part("home").hidden = !atHome;
    part("conversation").hidden = atHome;
    const isApp = atHome || conversation?.is_app === true;
    for (const id of ["home", "conversation"]) {
      if (isApp) part(id).setAttribute("role", "tabpanel");
      else part(id).removeAttribute("role");
    }
    if (atHome) this.bring(this.home.open());
    else {
      this.messages.clear();
      this.composer.open();
      this.bring(this.#readPlace());
    }
  }

  /** Reads what is shown again, and what the left column says of it. */
  async #readPlace() {
    if (this.session.place?.kind === "home") await this.home.read();
    else if (!document.hidden) await this.messages.read();
    await this.session.readConversations();
  }

  /** The line to the local Slack is there: whatever happened meanwhile is read again. */
  #reached() {
    this.session.know({ reached: true });
    if (this.session.place) this.bring(this.#readPlace());
    else if (!this.turning) this.bring(this.#arriveAfterAll());
    this.bring(this.modals.read());
  }

  /** Nothing answered when the person's conversations were asked for, so that no place was opened. */
  async #arriveAfterAll() {
    await this.session.readConversations();
    if (!this.session.place) this.#arrive(readAddress(location.search));
  }

  /** @param {any} news what `/local/live` tells */
  #hear(news) {
    if (news.type === "views") this.bring(this.modals.read());
    else if (news.type === "app") this.session.know({ connected: news.connected });
    else if (news.type === "home" && this.session.place?.kind === "home") this.bring(this.home.read());
    else if (news.type === "messages" && news.channel === this.session.conversation?.id) this.bring(this.#readPlace());
    else if (news.type === "messages" || news.type === "conversations") this.bring(this.session.readConversations());
  }

  #focusPlace() {
    if (this.session.place?.kind === "home") part("home").focus({ preventScroll: true });
    else this.composer.focus();
  }
}

/** Begins as soon as the local Slack answers. */
async function begin() {
  try {
    await new Page(await get("workspace")).start();
  } catch (reason) {
    if (!(reason instanceof LocalError)) throw reason;
    fill(part("status"), icon("alert"), h("span", null, reason.message)).hidden = false;
    setTimeout(begin, 2000);
  }
}

begin();
