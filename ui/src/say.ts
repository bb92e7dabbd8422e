// A live region for sentences that readers who see would notice by themselves.

/** Says a sentence to readers who listen. */
export function say(text: string): void {
  let region = document.getElementById("sy-said");
  if (!region) {
    region = document.createElement("div");
    region.id = "sy-said";
    region.className = "vh";
    region.setAttribute("role", "status");
    document.body.append(region);
  }
  region.textContent = text;
}
