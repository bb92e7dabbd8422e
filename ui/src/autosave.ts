// `form[data-autosave="已保存|没有保存…"]`: a field is sent as it is left, so that a lost connection loses at most the one
// being typed. Without script the form saves when its button is pressed.
import { say } from "./say";

export function autosave(): void {
  const waiting = new Map<HTMLFormElement, Map<string, string>>();
  document.addEventListener("change", (event) => {
    const field = event.target;
    if (!(field instanceof HTMLInputElement || field instanceof HTMLSelectElement || field instanceof HTMLTextAreaElement)) return;
    const form = field.form;
    if (!form || form.dataset.autosave === undefined || field.type === "file" || !field.name) return;
    const fields = waiting.get(form) ?? new Map<string, string>();
    fields.set(field.name, field instanceof HTMLInputElement && field.type === "checkbox" && !field.checked ? "" : field.value);
    waiting.set(form, fields);
    void send(form, fields);
  });
  // What could not be sent goes when the line is back.
  window.addEventListener("online", () => {
    for (const [form, fields] of waiting) if (fields.size > 0) void send(form, fields);
  });
}

async function send(form: HTMLFormElement, fields: Map<string, string>): Promise<void> {
  const [saved = "", lost = ""] = (form.dataset.autosave ?? "").split("|");
  const taken = new Map(fields);
  const body = new URLSearchParams([...taken]);
  body.set("csrf", form.querySelector<HTMLInputElement>("input[name=csrf]")?.value ?? "");
  body.set("idempotency_key", crypto.randomUUID());
  body.set("autosave", "1");
  let done = false;
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { accept: "application/json" } });
    done = answer.ok && !answer.redirected;
  } catch {
    done = false;
  }
  if (done) for (const [name, value] of taken) if (fields.get(name) === value) fields.delete(name);
  const said = form.querySelector<HTMLElement>("output[data-saved]");
  const text = done ? saved : lost;
  if (said) said.textContent = text;
  if (!done) say(text);
}
