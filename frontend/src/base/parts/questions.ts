// Asks before an act that is hard to take back: `data-confirm` on a button, `hx-confirm` on an htmx element.

const asked = new WeakSet<HTMLElement>();

function ask(words: string): Promise<boolean> {
  const dialog = document.getElementById("ask") as HTMLDialogElement;
  const place = document.getElementById("ask-words");
  if (place) place.textContent = words;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((answer) => {
    dialog.addEventListener("close", () => answer(dialog.returnValue === "yes"), { once: true });
  });
}

document.addEventListener(
  "click",
  (event) => {
    const button = (event.target as HTMLElement).closest<HTMLElement>("[data-confirm]");
    if (!button || asked.delete(button)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    void ask(button.dataset.confirm ?? "").then((yes) => {
      if (!yes) return;
      asked.add(button);
      button.click();
    });
  },
  { capture: true },
);

document.addEventListener("htmx:confirm", (event) => {
  const detail = (event as CustomEvent<{ question: string | null; issueRequest: (skip: boolean) => void }>).detail;
  if (!detail.question) return;
  event.preventDefault();
  void ask(detail.question).then((yes) => {
    if (yes) detail.issueRequest(true);
  });
});
