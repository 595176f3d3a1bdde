/** The line that says when the app or the local Slack is not there, and what is read to those who do not see. */

import { fill, h, icon } from "./dom.js";

/**
 * @param {import("./session.js").Session} session @param {HTMLElement} line @param {() => void} again tries now
 */
export function watchStatus(session, line, again) {
  const draw = () => {
    line.hidden = session.reached && session.connected;
    fill(
      line,
      line.hidden ? [] : [icon("alert"), h("span", null, words(session)), session.reached ? null : tryNow(again)],
    );
  };
  session.addEventListener("app", draw);
  draw();
}

function words(session) {
  if (!session.reached) return "The local Slack does not answer. The page tries again by itself.";
  return `${session.app.name} is not connected: commands and buttons get no answer until it runs. Nothing needs to be reloaded then.`;
}

function tryNow(again) {
  return h("button", { type: "button", class: "button", on: { click: again } }, "Try now");
}

/** Says words to a screen reader, politely. @param {HTMLElement} region an aria-live region */
export function announcer(region) {
  return (words) => {
    const line = h("p", null, words);
    region.append(line);
    setTimeout(() => line.remove(), 8000);
  };
}
