/** Modal dialogs: the browser's own `<dialog>` traps the focus and gives it back; Escape is ours to answer. */

import { h } from "./dom.js";

/**
 * Opens a dialog with this in it.
 * @param {{label: string, class?: string, role?: string, describedBy?: string}} options label: id of its heading
 * @param {() => void} dismiss what Escape (or a phone's back gesture) does
 * @param {...Node} children
 * @returns {HTMLDialogElement}
 */
export function openDialog(options, dismiss, ...children) {
  const dialog = h(
    "dialog",
    {
      class: options.class,
      role: options.role,
      "aria-labelledby": options.label,
      "aria-describedby": options.describedBy,
      on: {
        keydown: (event) => {
          if (event.key !== "Escape" || event.defaultPrevented) return;
          event.preventDefault();
          dismiss();
        },
        cancel: (event) => {
          if (event.target !== dialog) return;
          event.preventDefault();
          dismiss();
        },
      },
    },
    ...children,
  );
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** Closes it, which gives the focus back, and takes it away. @param {HTMLDialogElement} dialog */
export function closeDialog(dialog) {
  dialog.close();
  dialog.remove();
}
