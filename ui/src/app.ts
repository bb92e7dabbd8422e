// The script of every page. It only makes smoother what already works as plain links and forms, so each part stands
// alone and the page stays whole when one of them, or all of them, are missing.
import htmx from "htmx.org/dist/htmx.esm.js";
import { applyPreferences, preferences } from "./prefs";
import { dateBars } from "./datebar";
import { autosave } from "./autosave";
import { clicks } from "./clicks";
import { plays } from "./play";
import { findBoxes } from "./find";
import { progress } from "./progress";

// Before the first drawing: this script stands in the head without `defer`, so a chosen theme never flashes.
document.documentElement.classList.add("js");
applyPreferences();

// No evaluation of strings and no style element of its own: the policy of the pages forbids both.
htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
htmx.config.allowScriptTags = false;
htmx.config.selfRequestsOnly = true;
htmx.config.scrollIntoViewOnBoost = false;
// A form that comes back with errors (422) is shown like any other answer.
htmx.config.responseHandling = [
  { code: "204", swap: false },
  { code: "[23]..", swap: true },
  { code: "422", swap: true },
  { code: "[45]..", swap: false, error: true },
];

document.addEventListener("DOMContentLoaded", () => {
  clicks();
  autosave();
  progress();
  ready(document.body);
});
// Also comes for the whole body once: everything below marks what it has prepared.
document.addEventListener("htmx:load", (event) => ready((event as CustomEvent<{ elt: Element }>).detail.elt));
// A server that answers with an error under htmx: load the address as a page, it explains itself there.
document.addEventListener("htmx:responseError", (event) => {
  const request = (event as CustomEvent<{ pathInfo: { requestPath: string }; requestConfig: { verb: string } }>).detail;
  if (request.requestConfig.verb === "get") location.assign(request.pathInfo.requestPath);
});

/** What has to be prepared in a part of the page that is new; htmx:load also fires for the whole body. */
function ready(part: Element): void {
  preferences(part);
  dateBars(part);
  plays(part);
  findBoxes(part);
  for (const twin of part.querySelectorAll<HTMLElement>(".twin:not([data-ready])")) {
    twin.dataset.ready = "true";
    twin.hidden = true;
  }
  const summary = part.querySelector<HTMLElement>(".error-summary:not([data-ready])");
  if (summary) {
    summary.dataset.ready = "true";
    summary.focus();
  }
}
