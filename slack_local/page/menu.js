/** A menu that a button opens (the menu button pattern of the ARIA Authoring Practices). */

import { h } from "./dom.js";
import { closePopup, makePopup, openPopup } from "./popup.js";

/**
 * @param {HTMLElement} button @param {string} name
 * @param {Array<{words: string, note?: string | null, url?: string | null, act: () => unknown}>} items
 */
export function openMenu(button, name, items) {
  if (button.getAttribute("aria-expanded") === "true") return;
  const menu = makePopup({ role: "menu", "aria-label": name, class: "menu" });
  const close = (back) => {
    if (button.getAttribute("aria-expanded") !== "true") return;
    button.setAttribute("aria-expanded", "false");
    closePopup(menu);
    menu.remove();
    if (back) button.focus();
  };
  const drawn = items.map((item) =>
    menuItem(item, () => {
      close(true);
      item.act();
    }),
  );
  menu.append(...drawn);
  menu.addEventListener("keydown", (event) => onKey(event, drawn, close));
  menu.addEventListener("focusout", (event) => {
    if (!menu.contains(event.relatedTarget)) close(false);
  });
  button.after(menu);
  button.setAttribute("aria-expanded", "true");
  openPopup(menu, button, () => close(false), { wide: false });
  drawn[0]?.focus();
}

function menuItem(item, act) {
  const shared = { role: "menuitem", class: "menu-item", tabindex: "-1", on: { click: act } };
  const words = [h("span", null, item.words), item.note ? h("span", { class: "option-note" }, item.note) : null];
  if (item.url) return h("a", { ...shared, href: item.url, target: "_blank", rel: "noopener noreferrer" }, words);
  return h("button", { ...shared, type: "button" }, words);
}

function onKey(event, drawn, close) {
  const at = drawn.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: drawn.length - 1 }[event.key];
  if (to !== undefined) drawn[(to + drawn.length) % drawn.length].focus();
  else if (event.key === "Escape") close(true);
  else if (event.key === "Tab") return close(true);
  else return undefined;
  return event.preventDefault();
}
