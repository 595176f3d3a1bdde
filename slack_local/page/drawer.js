/** On a narrow screen the left column is a drawer. */

/**
 * @param {HTMLElement} column @param {HTMLElement} main what is out of reach while it is open
 * @param {HTMLButtonElement} button opens it @param {HTMLElement} veil a press on it closes
 */
export function makeDrawer(column, main, button, veil) {
  const narrow = window.matchMedia("(max-width: 760px)");
  const set = (open) => {
    document.body.classList.toggle("drawer-open", open);
    button.setAttribute("aria-expanded", String(open));
    main.inert = open;
    column.inert = narrow.matches && !open;
    veil.hidden = !open;
  };
  const open = () => {
    set(true);
    column.querySelector("button, a")?.focus();
  };
  const close = () => {
    const was = document.body.classList.contains("drawer-open");
    set(false);
    if (was) button.focus();
  };
  button.addEventListener("click", open);
  veil.addEventListener("click", close);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented && !document.querySelector("dialog[open]")) close();
  });
  narrow.addEventListener("change", () => set(false));
  set(false);
  return { close };
}
