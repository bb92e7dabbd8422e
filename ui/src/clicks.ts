// One listener for what buttons and links ask for by attributes: menu, copy, print, twin table, confirmation, submit once.
import { preferenceClick } from "./prefs";
import { say } from "./say";

export function clicks(): void {
  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (!target) return;
    const on = (selector: string) => target.closest<HTMLElement>(selector);

    const menu = on(".nav-open");
    if (menu) {
      event.preventDefault();
      const open = menu.closest(".side")?.classList.toggle("is-open") ?? false;
      menu.setAttribute("aria-expanded", String(open));
    }

    const twin = on("[data-twin]");
    const table = twin && document.getElementById(twin.dataset.twin ?? "");
    if (twin && table) {
      event.preventDefault();
      table.hidden = !table.hidden;
      twin.setAttribute("aria-expanded", String(!table.hidden));
      if (!table.hidden) table.scrollIntoView({ block: "nearest" });
    }

    const copy = on("[data-copy]");
    if (copy) void copyText(copy);

    if (on("[data-print]")) window.print();

    preferenceClick(target);

    const asked = on("[data-confirm]");
    if (asked && asked.dataset.confirmed !== "true") {
      event.preventDefault();
      confirm(asked);
    }

    for (const open of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) {
      if (!open.contains(target)) open.open = false;
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const open of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) {
      open.open = false;
      open.querySelector<HTMLElement>("summary")?.focus();
    }
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.dataset.submitOnce === undefined) return;
    // After this turn, so that the pressed button's own value is still sent.
    window.setTimeout(() => form.querySelectorAll("button").forEach((b) => (b.disabled = true)));
  });
  // Coming back with the back button finds the buttons usable again.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll<HTMLButtonElement>("form[data-submit-once] button").forEach((b) => (b.disabled = false));
  });

  document.addEventListener("change", (event) => {
    if (event.target instanceof HTMLInputElement && event.target.dataset.all !== undefined) checkAll(event.target);
    if (event.target instanceof HTMLSelectElement && event.target.dataset.auto !== undefined) event.target.form?.requestSubmit();
  });
}

/** `input[data-all="who"]` ticks every box of that name in its form; the server reads its own value without script. */
function checkAll(box: HTMLInputElement): void {
  for (const other of box.form?.querySelectorAll<HTMLInputElement>(`input[type=checkbox][name="${box.dataset.all}"]`) ?? []) {
    if (other !== box && !other.disabled) other.checked = box.checked;
  }
}

async function copyText(button: HTMLElement): Promise<void> {
  const text = button.dataset.copy || location.href;
  const english = document.documentElement.lang === "en";
  const done = button.dataset.copied ?? (english ? "Copied" : "已复制");
  const before = [...button.childNodes];
  try {
    await navigator.clipboard.writeText(text);
    say(done);
    button.textContent = done;
    window.setTimeout(() => button.replaceChildren(...before), 2000);
  } catch {
    window.prompt("", text); // no clipboard without TLS: show the text, selected
  }
}

/** Asks in a dialog, then presses the same button again. */
function confirm(button: HTMLElement): void {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  const make = (tag: string, className: string, text: string) => {
    const element = document.createElement(tag);
    element.className = className;
    element.textContent = text;
    return element;
  };
  const title = make("h2", "", button.dataset.confirmTitle ?? button.textContent?.trim() ?? "");
  title.id = "sy-dialog-title";
  dialog.setAttribute("aria-labelledby", title.id);
  const row = make("div", "row", "");
  const english = document.documentElement.lang === "en";
  const no = make("button", "btn ghost", english ? "Go back" : "返回");
  const yes = make("button", button.classList.contains("danger") ? "btn danger" : "btn", button.dataset.confirmYes ?? button.textContent?.trim() ?? "");
  row.append(no, yes);
  dialog.append(title, make("p", "", button.dataset.confirm ?? ""), row);
  document.body.append(dialog);
  no.addEventListener("click", () => dialog.close());
  yes.addEventListener("click", () => {
    button.dataset.confirmed = "true";
    dialog.close();
    button.click();
    delete button.dataset.confirmed;
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    button.focus();
  });
  dialog.showModal();
}
