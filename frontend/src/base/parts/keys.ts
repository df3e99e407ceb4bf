// Keys of the desk. `data-key="n"` clicks (or focuses) its element; `data-go="h"` follows its link after `g`.

let waitingForPlace = 0;

function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

function use(element: HTMLElement): void {
  if (/^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName)) {
    element.focus();
    if (element instanceof HTMLInputElement) element.select();
  } else {
    element.click();
  }
}

function seen(attribute: string, key: string): HTMLElement | undefined {
  const found = document.querySelectorAll<HTMLElement>(`[${attribute}="${CSS.escape(key)}"]`);
  return [...found].find((element) => element.getClientRects().length > 0);
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (isWriting(event.target)) {
    if (event.key === "Escape" && !document.querySelector("dialog[open]")) (event.target as HTMLElement).blur();
    return;
  }
  if (document.querySelector("dialog[open]")) return;
  if (Date.now() < waitingForPlace) {
    waitingForPlace = 0;
    const link = document.querySelector<HTMLElement>(`[data-go="${CSS.escape(event.key)}"]`);
    if (link) {
      event.preventDefault();
      link.click();
      return;
    }
  }
  if (event.key === "g") {
    waitingForPlace = Date.now() + 1500;
    return;
  }
  const element = seen("data-key", event.key);
  if (element) {
    event.preventDefault();
    use(element);
  }
});
