// A request that takes more than a second shows a line on top; a quick one shows nothing, so nothing flickers.
import { say } from "./say";

export function progress(): void {
  const line = document.createElement("div");
  line.className = "progress";
  line.hidden = true;
  document.body.append(line);
  let waiting = 0;
  let ending = 0;
  const stop = () => {
    window.clearTimeout(waiting);
    window.clearTimeout(ending);
    line.hidden = true;
  };
  const start = () => {
    stop();
    ending = window.setTimeout(stop, 60_000); // an answer that never comes must not look like work for ever
    waiting = window.setTimeout(() => {
      line.hidden = false;
      say(document.documentElement.lang === "en" ? "Working" : "正在处理");
    }, 1000);
  };
  document.addEventListener("htmx:beforeRequest", start);
  document.addEventListener("htmx:afterRequest", stop);
  document.addEventListener("submit", (event) => {
    // A form that answers with a file leaves the page where it is: nothing would end the line.
    const form = event.target as HTMLFormElement;
    if (!event.defaultPrevented && form.dataset.download === undefined) start();
  });
  window.addEventListener("pageshow", stop);
}
