/**
 * The address of a place: `/?as=inese&channel=support`, with names or ids; `&message=TS` leads to a message there, and
 * `/?tab=home` to the app's Home.
 */

/** @typedef {import("./session.js").Place} Place */

/** @param {string} search the query part of an address */
export function readAddress(search) {
  const asked = new URLSearchParams(search);
  return { as: asked.get("as"), channel: asked.get("channel"), tab: asked.get("tab"), message: asked.get("message") };
}

/** @param {import("./surface.js").Context} context @param {Place} place */
export function addressOf({ session, people }, place) {
  const query = new URLSearchParams({ as: people.person(session.me)?.name ?? session.me });
  if (place.kind === "home") query.set("tab", "home");
  else query.set("channel", wordFor(session, people, place.id));
  return `/?${query}`;
}

function wordFor(session, people, id) {
  const conversation = session.conversations.find((one) => one.id === id);
  if (!conversation) return id;
  if (conversation.kind !== "im") return conversation.name;
  const user = people.person(conversation.user)?.name;
  return user ? `@${user}` : id;
}

/**
 * The place that the words name among those that the person is in; without words, #general or the first channel.
 * @param {import("./surface.js").Context} context @param {{channel: string | null, tab: string | null}} asked
 * @returns {Place | null} null when the person is in no such place
 */
export function placeFor({ session, people }, { channel, tab }) {
  if (tab === "home") return { kind: "home" };
  const all = session.conversations;
  const found = channel ? all.find((one) => named(one, channel, people)) : usual(all);
  return found ? { kind: "conversation", id: found.id } : null;
}

/** Where one begins. @param {import("./session.js").Conversation[]} all */
function usual(all) {
  return (
    all.find((one) => one.name === "general" && one.kind !== "im") ?? all.find((one) => one.kind !== "im") ?? all[0]
  );
}

function named(conversation, word, people) {
  const plain = word.replace(/^[#@]/, "").toLowerCase();
  if (conversation.id === word) return true;
  if (conversation.kind !== "im") return conversation.name.toLowerCase() === plain && !word.startsWith("@");
  const names = [
    conversation.name,
    people.person(conversation.user)?.name,
    conversation.is_app && people.app.name,
  ].filter(Boolean);
  return names.some((name) => name.toLowerCase() === plain) && !word.startsWith("#");
}
