// Lists under the keys: j and k move, Enter opens; a row with `data-href` is a wide target for its own link.

function rowsOf(list: Element): HTMLElement[] {
  return [...list.querySelectorAll<HTMLElement>("[data-href]")].filter((row) => row.getClientRects().length > 0);
}

function move(list: Element, step: number): void {
  const rows = rowsOf(list);
  const at = rows.findIndex((row) => row.classList.contains("is-at"));
  const next = rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
  if (!next) return;
  rows[at]?.classList.remove("is-at");
  next.classList.add("is-at");
  next.querySelector<HTMLElement>("a")?.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if ((event.key !== "j" && event.key !== "k") || document.querySelector("dialog[open]")) return;
  if ((event.target as HTMLElement).closest("input, textarea, select")) return;
  const list = document.querySelector("[data-list-keys]");
  if (list) {
    event.preventDefault();
    move(list, event.key === "j" ? 1 : -1);
  }
});

document.addEventListener("click", (event) => {
  const target = event.target as HTMLElement;
  const row = target.closest<HTMLElement>("[data-href]");
  if (!row || target.closest("a, button, input, select, label, summary") || getSelection()?.toString()) return;
  const link = row.querySelector<HTMLAnchorElement>("a[href]");
  if (link) link.click();
  else if (row.dataset.href) location.assign(row.dataset.href);
});
