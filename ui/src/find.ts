// The box on top of every page: while somebody types, the best answers are shown below it; arrows walk them, Enter
// opens the chosen one, or sends the form as it would be sent without script. Escape closes.
import { say } from "./say";

const WAIT = 120; // milliseconds after the last key

export function findBoxes(part: Element): void {
  for (const form of part.querySelectorAll<HTMLFormElement>("form.find:not([data-ready])")) {
    form.dataset.ready = "true";
    const input = form.querySelector<HTMLInputElement>("input[type=search]");
    if (input) box(form, input);
  }
}

function box(form: HTMLFormElement, input: HTMLInputElement): void {
  const list = document.createElement("ul");
  list.className = "find-list";
  list.id = "find-list";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.getAttribute("aria-label") ?? "");
  form.append(list);
  const said: [string, string][] = [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", list.id], ["autocomplete", "off"]];
  for (const [name, value] of said) {
    input.setAttribute(name, value);
  }
  let timer = 0;
  let running: AbortController | undefined;
  let shown = "";
  // Keys that an input method takes are not ours.
  let composing = false;

  const options = () => [...list.querySelectorAll<HTMLElement>("[role=option]")];
  const chosen = () => list.querySelector<HTMLElement>("[aria-selected=true]");
  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const choose = (option: HTMLElement | undefined) => {
    chosen()?.setAttribute("aria-selected", "false");
    if (!option) return input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option.id);
  };
  const open = (option: HTMLElement) => location.assign(option.dataset.href ?? "");

  async function ask(): Promise<void> {
    const typed = input.value.trim();
    if (typed === shown) return;
    running?.abort();
    if (!typed) {
      shown = "";
      return close();
    }
    running = new AbortController();
    try {
      const answer = await fetch(`/find/list?${new URLSearchParams({ q: typed })}`, { signal: running.signal, credentials: "same-origin" });
      if (!answer.ok || answer.redirected) return close();
      list.innerHTML = await answer.text();
      shown = typed;
      options().forEach((option, n) => (option.id = `find-${n}`));
      list.hidden = false;
      input.setAttribute("aria-expanded", "true");
      const n = options().length;
      say(document.documentElement.lang === "en" ? `${n} found` : `找到 ${n} 项`);
    } catch {
      // Typed on meanwhile, or no network: the form still works.
    }
  }

  input.addEventListener("compositionstart", () => (composing = true));
  input.addEventListener("compositionend", () => {
    composing = false;
    later();
  });
  const later = () => {
    window.clearTimeout(timer);
    if (!composing) timer = window.setTimeout(() => void ask(), WAIT);
  };
  input.addEventListener("input", later);
  input.addEventListener("focus", () => {
    if (shown && shown === input.value.trim() && options().length > 0) {
      list.hidden = false;
      input.setAttribute("aria-expanded", "true");
    }
  });
  input.addEventListener("keydown", (event) => {
    if (composing || event.isComposing) return;
    const all = options();
    const at = all.indexOf(chosen() as HTMLElement);
    if (event.key === "ArrowDown" && all.length > 0 && !list.hidden) {
      event.preventDefault();
      choose(all[(at + 1) % all.length]);
    } else if (event.key === "ArrowUp" && all.length > 0 && !list.hidden) {
      event.preventDefault();
      choose(all[(at <= 0 ? all.length : at) - 1]);
    } else if (event.key === "Enter" && chosen() && !list.hidden) {
      event.preventDefault();
      open(chosen() as HTMLElement);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    }
  });
  // Before the box loses the focus, so that the press is not lost.
  list.addEventListener("mousedown", (event) => {
    const option = (event.target as Element).closest<HTMLElement>("[role=option]");
    event.preventDefault();
    if (option) open(option);
  });
  input.addEventListener("blur", close);
}

// `/` goes to the box, as on most workbenches; not while somebody writes.
document.addEventListener("keydown", (event) => {
  const at = event.target as HTMLElement | null;
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || at?.closest("input, textarea, select, [contenteditable]")) return;
  const input = document.querySelector<HTMLInputElement>("form.find input[type=search]");
  if (!input) return;
  event.preventDefault();
  input.focus();
});
