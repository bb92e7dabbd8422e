// The date bar: a slider over the days between data-from and data-until beside the date field that works alone.
const DAY = 86_400_000;

function number(day: string | undefined): number {
  return Math.round(Date.parse(`${day ?? ""}T00:00:00Z`) / DAY);
}

function text(day: number): string {
  return new Date(day * DAY).toISOString().slice(0, 10);
}

export function dateBars(part: Element): void {
  for (const form of part.querySelectorAll<HTMLFormElement>("form.datebar")) {
    const field = form.querySelector<HTMLInputElement>("input[type=date]");
    const range = form.querySelector<HTMLInputElement>("input[type=range]");
    if (!field || !range || form.dataset.ready) continue;
    form.dataset.ready = "true";
    const [from, until] = [number(form.dataset.from), number(form.dataset.until)];
    if (!(from < until)) continue;
    range.min = String(from);
    range.max = String(until);
    const show = () => {
      range.setAttribute("aria-valuetext", field.value);
      range.style.setProperty("--fill", `${(100 * (Number(range.value) - from)) / (until - from)}%`);
    };
    const follow = () => {
      if (!Number.isNaN(number(field.value))) range.value = String(number(field.value));
      show();
    };
    follow();
    range.addEventListener("input", () => {
      field.value = text(Number(range.value));
      show();
    });
    field.addEventListener("input", follow);
    // Letting the knob go asks for that day; with the keyboard a pause does, so that arrows can be held.
    let waiting = 0;
    range.addEventListener("change", () => {
      window.clearTimeout(waiting);
      waiting = window.setTimeout(() => form.requestSubmit(), 350);
    });
    field.addEventListener("change", () => form.requestSubmit());
  }
}
