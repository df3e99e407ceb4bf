// Drawers, menus and the side navigation: what opens, what closes, and where the focus goes.

document.addEventListener("click", (event) => {
  const target = event.target as HTMLElement;

  const opener = target.closest<HTMLElement>("[data-opens]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.opens ?? "");
    if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
    return;
  }

  if (target.closest("[data-closes]")) target.closest("dialog")?.close();
  // a click on the veil lands on the dialog itself
  if (target instanceof HTMLDialogElement && target.classList.contains("drawer")) target.close();

  const dismisser = target.closest<HTMLElement>("[data-dismisses]");
  if (dismisser) dismisser.closest(dismisser.dataset.dismisses ?? "")?.remove();

  const toggler = target.closest<HTMLElement>("[data-toggles]");
  if (toggler) {
    const isOpen = document.getElementById(toggler.dataset.toggles ?? "")?.classList.toggle("is-open") ?? false;
    toggler.setAttribute("aria-expanded", String(isOpen));
  }

  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) {
    if (!menu.contains(target) || target.closest(".menu-body a, .menu-body button")) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary")?.focus();
  }
});

// A drawer that is filled by htmx opens as its contents land.
document.addEventListener("htmx:afterSettle", (event) => {
  const dialog = (event.target as HTMLElement).closest<HTMLDialogElement>("dialog[data-opens-when-filled]");
  if (dialog && !dialog.open) dialog.showModal();
});
