/**
 * Who one acts as, where one is, and what is known of the workspace. Parts of the page read it and are told by events:
 * "person", "place", "conversations", "app".
 */

import { get } from "./api.js";
import { oneAtATime } from "./reading.js";

/**
 * @typedef {{kind: "conversation", id: string} | {kind: "home"}} Place
 * @typedef {{id: string, name: string, kind: "public" | "private" | "im", is_ext_shared: boolean, topic: string,
 *   user: string | null, is_app: boolean, unread: number, latest: string | null}} Conversation
 */

export class Session extends EventTarget {
  /** @param {Record<string, any>} workspace the answer to `GET /local/workspace` */
  constructor(workspace) {
    super();
    this.workspace = workspace;
    this.app = workspace.app;
    /** @type {string} id of the person one acts as */
    this.me = workspace.start_as;
    /** @type {Conversation[]} */
    this.conversations = [];
    /** @type {Place | null} */
    this.place = null;
    /** Whether the app is connected, and whether the local Slack answers. */
    this.connected = workspace.connected !== false;
    this.reached = true;
    this.readConversations = oneAtATime(() => this.#readConversations());
  }

  /** @param {"person" | "place" | "conversations" | "app"} what */
  tell(what) {
    this.dispatchEvent(new Event(what));
  }

  /** The conversation that is shown, if one is. */
  get conversation() {
    const place = this.place;
    return place?.kind === "conversation" ? (this.conversations.find((each) => each.id === place.id) ?? null) : null;
  }

  get appConversation() {
    return this.conversations.find((each) => each.is_app) ?? null;
  }

  /** Becomes another person; the place falls back to one that this person is in. @param {string} person */
  async become(person) {
    this.me = person;
    this.conversations = [];
    this.tell("person");
    await this.readConversations();
  }

  /** @param {Place} place */
  go(place) {
    this.place = place;
    this.tell("place");
  }

  async #readConversations() {
    const asked = this.me;
    const { channels } = await get("conversations", { as: asked });
    if (asked !== this.me) return;
    this.conversations = channels;
    this.tell("conversations");
  }

  /** @param {{connected?: boolean, reached?: boolean}} news */
  know(news) {
    const { connected = this.connected, reached = this.reached } = news;
    if (connected === this.connected && reached === this.reached) return;
    Object.assign(this, { connected, reached });
    this.tell("app");
  }
}
