// One field over many records under the keys: Enter accepts and goes on, Ctrl+Backspace refuses, Esc leaves alone,
// Ctrl+Enter writes the decisions down. Without this script the radio buttons and the button below do the same.

type Entry = HTMLTextAreaElement;

const ENTRY = ".strip-value > textarea";

const root = document.getElementById("strips") as HTMLFormElement | null;

function inputs(form: HTMLFormElement): Entry[] {
  return [...form.querySelectorAll<Entry>(ENTRY)];
}

function decide(field: Entry, decision: string): void {
  const strip = field.closest<HTMLElement>(".strip");
  const radio = strip?.querySelector<HTMLInputElement>(`input[type=radio][value=${decision}]`);
  if (!strip || !radio) return;
  radio.checked = true;
  strip.dataset.decision = decision;
}

function go(form: HTMLFormElement, field: Entry, by: number): void {
  const fields = inputs(form);
  const next = fields[fields.indexOf(field) + by];
  if (next) {
    next.focus();
    next.closest(".strip")?.scrollIntoView({ block: "nearest" });
  } else if (by > 0) {
    form.querySelector<HTMLButtonElement>("button[type=submit]")?.focus();
  }
}

// What is not written down yet is taken back here; what is written, by the server.
function takeBack(form: HTMLFormElement, field: Entry): void {
  const fields = inputs(form);
  const decided = fields.filter((one) => one.closest<HTMLElement>(".strip")?.dataset.decision !== "leave");
  const last = decided.filter((one) => fields.indexOf(one) <= fields.indexOf(field)).pop() ?? decided.pop();
  if (last) {
    decide(last, "leave");
    last.value = last.defaultValue;
    last.focus();
  } else {
    (document.getElementById("take-back") as HTMLFormElement | null)?.requestSubmit();
  }
}

function onKey(form: HTMLFormElement, event: KeyboardEvent): void {
  const field = (event.target as HTMLElement).closest<Entry>(ENTRY);
  if (event.isComposing) return;
  const strong = event.ctrlKey || event.metaKey;
  if (event.key === "Enter" && strong) {
    event.preventDefault();
    form.requestSubmit();
  } else if (!field) {
    return;
  } else if (event.key === "Enter") {
    event.preventDefault();
    decide(field, "accept");
    go(form, field, 1);
  } else if (event.key === "Backspace" && strong) {
    event.preventDefault();
    decide(field, "refuse");
    go(form, field, 1);
  } else if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    field.value = field.defaultValue;
    decide(field, "leave");
    go(form, field, 1);
  } else if (event.key === "z" && strong && !event.shiftKey && field.value === field.defaultValue) {
    event.preventDefault();
    takeBack(form, field);
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    go(form, field, event.key === "ArrowDown" ? 1 : -1);
  }
}

if (root) {
  const form = root;
  form.addEventListener("keydown", (event) => onKey(form, event));
  form.addEventListener("change", (event) => {
    const radio = event.target as HTMLInputElement;
    const strip = radio.closest<HTMLElement>(".strip");
    if (radio.type === "radio" && strip) strip.dataset.decision = radio.value;
  });
  const wrong = form.querySelector<Entry>(`.field-wrong ${ENTRY}`);
  (wrong ?? inputs(form)[0])?.focus();
}
