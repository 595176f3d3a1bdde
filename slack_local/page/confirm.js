/** The question before an act. Source: docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object. */

import { closeDialog, openDialog } from "./dialogs.js";
import { freshId, h } from "./dom.js";
import { drawText, plainText } from "./text.js";

/**
 * @param {{title: any, text: any, confirm: any, deny: any, style?: string}} question
 * @param {import("./text.js").Reader} reader
 * @returns {Promise<boolean>} true when the person went on
 */
export function askFirst(question, reader) {
  return new Promise((resolve) => {
    const [title, words] = [freshId("confirm-title"), freshId("confirm-text")];
    const answer = (yes) => () => {
      closeDialog(dialog);
      resolve(yes);
    };
    const deny = h(
      "button",
      { type: "button", class: "button", on: { click: answer(false) } },
      plainText(question.deny),
    );
    const style = question.style === "danger" ? "button button-danger" : "button button-primary";
    const go = h("button", { type: "button", class: style, on: { click: answer(true) } }, plainText(question.confirm));
    const dialog = openDialog(
      { label: title, describedBy: words, class: "confirm", role: "alertdialog" },
      answer(false),
      h("h2", { id: title }, plainText(question.title)),
      h("div", { id: words, class: "confirm-text prose" }, drawText(question.text, reader)),
      h("div", { class: "confirm-buttons" }, deny, go),
    );
    (question.style === "danger" ? deny : go).focus();
  });
}
