// Theme, size of text and density: the reader's own, kept in this browser, set as data-… on the html element.
import { say } from "./say";

const VALUES = {
  theme: ["", "light", "dark"],
  size: ["", "large", "elder"],
  density: ["", "compact"],
} as const;
type Name = keyof typeof VALUES;
const NAMES = Object.keys(VALUES) as Name[];

const WORDS: Record<string, [zh: string, en: string]> = {
  light: ["浅色", "Light"],
  dark: ["深色", "Dark"],
  "size-": ["标准字号", "Standard text"],
  "size-large": ["大字号", "Large text"],
  "size-elder": ["特大字号", "Largest text"],
};

function stored(name: Name): string {
  try {
    const value = localStorage.getItem(`sy-${name}`) ?? "";
    return (VALUES[name] as readonly string[]).includes(value) ? value : "";
  } catch {
    return ""; // storage may be forbidden; the page then looks as the system says
  }
}

function show(name: Name, value: string): void {
  if (value) document.documentElement.dataset[name] = value;
  else delete document.documentElement.dataset[name];
}

function choose(name: Name, value: string): void {
  try {
    if (value) localStorage.setItem(`sy-${name}`, value);
    else localStorage.removeItem(`sy-${name}`);
  } catch {
    // not kept then; it holds for this page
  }
  show(name, value);
  const word = WORDS[name === "theme" ? value : `${name}-${value}`];
  if (word) say(word[document.documentElement.lang === "en" ? 1 : 0]);
  for (const button of document.querySelectorAll<HTMLButtonElement>(`button[data-pref="${name}"]`)) {
    button.setAttribute("aria-pressed", String(button.value === value));
  }
}

export function applyPreferences(): void {
  for (const name of NAMES) show(name, stored(name));
}

/** What the next press of a cycling button gives: the theme turns over, the size goes round. */
function next(name: Name): string {
  const now = document.documentElement.dataset[name] ?? "";
  if (name === "theme") {
    const dark = now ? now === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    return dark ? "light" : "dark";
  }
  const values: readonly string[] = VALUES[name];
  return values[(values.indexOf(now) + 1) % values.length] ?? "";
}

/** Shows on `button[data-pref]` which value holds. */
export function preferences(part: Element): void {
  for (const button of part.querySelectorAll<HTMLButtonElement>("button[data-pref]")) {
    const name = NAMES.find((n) => n === button.dataset.pref);
    if (name) button.setAttribute("aria-pressed", String(stored(name) === button.value));
  }
}

/** `button[data-pref="size"][value="large"]` sets a value, `button[data-cycle="size"]` goes on to the next. */
export function preferenceClick(target: Element): void {
  const button = target.closest<HTMLButtonElement>("button[data-pref], button[data-cycle]");
  const name = NAMES.find((n) => n === (button?.dataset.pref ?? button?.dataset.cycle));
  if (button && name) choose(name, button.dataset.cycle ? next(name) : button.value);
}
