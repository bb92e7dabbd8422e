// The tile map fills from the first year to the day. The frames come with the first press, one letter a street; the
// slider goes to any quarter by mouse or arrows. Who asked for less motion moves on one quarter with each press.
interface Frame {
  day: string;
  covered: number;
  tiles: string;
}

const CLASSES: Record<string, string> = { o: "o", m: "m", d: "" };
const STEP = 600;

export function plays(part: Element): void {
  for (const box of part.querySelectorAll<HTMLElement>(".play[data-play]")) {
    if (box.dataset.ready) continue;
    box.dataset.ready = "true";
    prepare(box);
  }
}

function prepare(box: HTMLElement): void {
  const button = box.querySelector("button");
  const range = box.querySelector<HTMLInputElement>("input[type=range]");
  const out = box.querySelector("output");
  const card = box.closest(".card");
  if (!button || !range || !out || !card) return;
  const [play = "", pause = "", told = "", failed = ""] = (box.dataset.labels ?? "").split("|");
  const groups = [...card.querySelectorAll(".tiles section")].map((section) => ({
    tiles: [...section.querySelectorAll("i")],
    part: section.querySelector("[data-part]"),
  }));
  const all = groups.reduce((sum, group) => sum + group.tiles.length, 0);
  const covered = card.querySelector("[data-covered]");
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  let frames: Frame[] = [];
  let timer = 0;

  const show = (at: number) => {
    const frame = frames[at];
    if (!frame) return;
    let n = 0;
    for (const group of groups) {
      let own = 0;
      for (const tile of group.tiles) {
        const letter = frame.tiles[n++] ?? "o";
        tile.className = CLASSES[letter] ?? "";
        if (letter !== "o") own++;
      }
      if (group.part) group.part.textContent = String(own);
    }
    if (covered) covered.textContent = String(frame.covered);
    const text = told.replace("{day}", frame.day).replace("{covered}", String(frame.covered)).replace("{all}", String(all));
    out.textContent = text;
    range.value = String(at);
    range.setAttribute("aria-valuetext", text);
    range.style.setProperty("--fill", `${(100 * at) / Math.max(1, frames.length - 1)}%`);
  };

  const stop = () => {
    window.clearInterval(timer);
    timer = 0;
    button.textContent = play;
    button.setAttribute("aria-pressed", "false");
  };

  const next = () => {
    const at = Number(range.value);
    if (at >= frames.length - 1) return stop();
    show(at + 1);
  };

  const start = () => {
    const ended = Number(range.value) >= frames.length - 1;
    if (still) return ended ? show(0) : next();
    if (ended) show(0);
    button.textContent = pause;
    button.setAttribute("aria-pressed", "true");
    timer = window.setInterval(next, STEP);
  };

  const load = async () => {
    button.disabled = true;
    try {
      const answer = await fetch(box.dataset.play ?? "", { headers: { accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      frames = ((await answer.json()) as { frames: Frame[] }).frames;
      range.max = String(frames.length - 1);
      range.value = range.max;
      range.hidden = false;
    } catch {
      out.textContent = failed;
    }
    button.disabled = false;
    button.focus();
  };

  button.addEventListener("click", async () => {
    if (timer) return stop();
    if (!frames.length) await load();
    if (frames.length) start();
  });
  range.addEventListener("input", () => {
    if (timer) stop();
    show(Number(range.value));
  });
}
