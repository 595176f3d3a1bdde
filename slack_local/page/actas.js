/** Choosing whom one acts as. */

import { matching } from "./choice.js";
import { closeDialog, openDialog } from "./dialogs.js";
import { fill, freshId, h, iconButton } from "./dom.js";

/**
 * @param {import("./people.js").People} people @param {string} me @param {(person: string) => void} become
 */
export function chooseActor(people, me, become) {
  const title = freshId("act-as");
  const items = people.actors.map((person) => ({
    text: people.name(person.id),
    note: `@${person.name} ${people.about(person)}`,
    person,
  }));
  const pick = (person) => {
    closeDialog(dialog);
    if (person.id !== me) become(person.id);
  };
  const list = h("ul", { class: "actors", role: "list" });
  const show = (query) => {
    const found = matching(items, query).map((item) => h("li", null, actor(item.person, people, me, pick)));
    fill(list, found.length ? found : h("li", { class: "list-empty" }, "No one by that name, title or group."));
  };
  const search = h("input", {
    type: "search",
    class: "text-box",
    "aria-label": "Find a person",
    placeholder: "Name, title or @group",
    autocomplete: "off",
    on: { input: () => show(search.value), keydown: (event) => enter(event, list) },
  });
  const shut = iconButton("Close", "close", () => closeDialog(dialog));
  show("");
  const dialog = openDialog(
    { label: title, class: "palette" },
    () => closeDialog(dialog),
    h("header", { class: "palette-head" }, h("h2", { id: title }, "Act as"), shut),
    search,
    list,
  );
  dialog.addEventListener("keydown", (event) => step(event, search, list));
  search.focus();
}

function actor(person, people, me, pick) {
  const marks = person.id === me ? h("span", { class: "mark" }, "You now") : null;
  return h(
    "button",
    {
      type: "button",
      class: "actor-button",
      "aria-current": person.id === me ? "true" : null,
      on: { click: () => pick(person) },
    },
    people.avatar(person.id),
    h(
      "span",
      { class: "actor-words" },
      h("strong", null, people.name(person.id)),
      " ",
      h("span", { class: "actor-about" }, people.about(person)),
    ),
    marks,
  );
}

/** Enter in the search takes the first. */
function enter(event, list) {
  if (event.key !== "Enter" || event.isComposing) return;
  event.preventDefault();
  list.querySelector("button")?.click();
}

/** Arrows go from the search through the people and back. */
function step(event, search, list) {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!by) return;
  event.preventDefault();
  const stops = [search, ...list.querySelectorAll("button")];
  const at = stops.indexOf(document.activeElement);
  stops[(Math.max(at, 0) + by + stops.length) % stops.length].focus();
}
