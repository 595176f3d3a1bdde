/** Lists that open beside what they belong to, above everything, also inside a dialog. */

import { h } from "./dom.js";

const GAP = 4;
const EDGE = 8;

/**
 * A box that can be shown beside an anchor.
 * @param {Record<string, unknown>} attributes
 */
export function makePopup(attributes) {
  return h("div", { popover: "manual", ...attributes, class: `popup ${attributes.class ?? ""}`.trim() });
}

/** @param {HTMLElement} popup */
export function isOpen(popup) {
  return popup.matches(":popover-open");
}

/**
 * Shows it under the anchor, or above where there is more room. A press outside closes it.
 * @param {HTMLElement} popup @param {HTMLElement} anchor
 * @param {() => void} close @param {{wide?: boolean, above?: boolean}} [options] wide: at least as wide as the anchor
 */
export function openPopup(popup, anchor, close, { wide = true, above = false } = {}) {
  const settle = () => place(popup, anchor, wide, above);
  if (isOpen(popup)) {
    settle();
    return;
  }
  popup.showPopover();
  const outside = (event) => {
    if (!popup.contains(event.target) && !anchor.contains(event.target)) close();
  };
  settle();
  const leaving = new AbortController();
  const options = { signal: leaving.signal, capture: true };
  document.addEventListener("pointerdown", outside, options);
  window.addEventListener("resize", settle, options);
  document.addEventListener("scroll", (event) => popup.contains(event.target) || settle(), options);
  popup.addEventListener("toggle", (event) => event.newState === "closed" && leaving.abort(), {
    signal: leaving.signal,
  });
}

/** @param {HTMLElement} popup */
export function closePopup(popup) {
  if (isOpen(popup)) popup.hidePopover();
}

function place(popup, anchor, wide, above) {
  const box = anchor.getBoundingClientRect();
  const style = popup.style;
  style.minWidth = wide ? `${box.width}px` : "";
  style.maxWidth = `${window.innerWidth - 2 * EDGE}px`;
  const below = window.innerHeight - box.bottom - GAP - EDGE;
  const over = box.top - GAP - EDGE;
  const flip = above || (below < Math.min(popup.scrollHeight, 240) && over > below);
  style.maxHeight = `${Math.max(120, Math.min(360, flip ? over : below))}px`;
  const left = Math.min(box.left, window.innerWidth - popup.offsetWidth - EDGE);
  style.left = `${Math.max(EDGE, left)}px`;
  style.top = flip ? "auto" : `${box.bottom + GAP}px`;
  style.bottom = flip ? `${window.innerHeight - box.top + GAP}px` : "auto";
}
