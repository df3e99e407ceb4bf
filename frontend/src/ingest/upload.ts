// The upload page: files and folders in pieces that may stop and go on, a few at a time, each with its bar.

const PIECE_BYTES = 8 * 1024 * 1024;
const AT_ONCE = 3;
const LONGEST_PAUSE_MS = 15000;

interface Sent {
  file: File;
  path: string;
  received: number;
  row: HTMLElement;
  state: "waiting" | "sending" | "arrived" | "wrong" | "gone";
  id?: string;
}

const page = document.getElementById("upload")!;
const part = <Kind extends HTMLElement>(name: string) => page.querySelector<Kind>(`[data-${name}]`)!;
const list = part("list");
const words = part("words").dataset;
const submit = page.querySelector<HTMLButtonElement>("[data-submit]")!;
const token = (page.querySelector("[name=csrfmiddlewaretoken]") as HTMLInputElement).value;
const all = new Map<string, Sent>();
let sending = 0;
const began = { at: 0, bytes: 0 };

function rowFor(path: string): HTMLElement {
  const known = ([...list.children] as HTMLElement[]).find((row) => row.dataset.path === path);
  const fresh = (part<HTMLTemplateElement>("pattern").content.firstElementChild as HTMLElement).cloneNode(true) as HTMLElement;
  fresh.dataset.path = path;
  fresh.querySelector(".upload-name")!.textContent = path;
  fresh.querySelector("progress")!.setAttribute("aria-label", path);
  if (known) known.replaceWith(fresh);
  else list.append(fresh);
  return fresh;
}

function show(one: Sent, say: string): void {
  one.row.dataset.state = one.state;
  one.row.querySelector(".upload-state")!.textContent = say;
  const bar = one.row.querySelector("progress");
  if (bar) bar.value = one.file.size ? (100 * one.received) / one.file.size : 0;
  showSum();
}

function showSum(): void {
  const sum = part("sum");
  const rows = [...all.values()];
  const size = rows.reduce((n, one) => n + one.file.size, 0);
  const received = rows.reduce((n, one) => n + one.received, 0);
  sum.hidden = rows.length === 0;
  part("none").hidden = list.children.length > 0;
  const bar = sum.querySelector("progress")!;
  bar.max = size || 1;
  bar.value = received;
  const seconds = (performance.now() - began.at) / 1000;
  const rate = seconds > 1 ? (received - began.bytes) / seconds : 0;
  const left = rate > 0 && received < size ? ` · ${Math.ceil((size - received) / rate)} ${words.left}` : "";
  const done = rows.filter((one) => one.state === "arrived").length;
  let note = sum.querySelector(".progress-note");
  if (!note) {
    note = document.createElement("span");
    note.className = "progress-note";
    sum.querySelector(".progress-words")!.append(note);
  }
  note.textContent = `${done} / ${rows.length}${left}`;
  submit.disabled = rows.some((one) => one.state === "waiting" || one.state === "sending");
}

function add(file: File, path: string): void {
  const known = all.get(path);
  if (known && known.state !== "wrong") return;
  if (sending === 0) Object.assign(began, { at: performance.now(), bytes: [...all.values()].reduce((n, one) => n + one.received, 0) });
  const one: Sent = { file, path, received: 0, row: rowFor(path), state: "waiting" };
  all.set(path, one);
  show(one, words.waiting!);
  sendNext();
}

function sendNext(): void {
  for (const one of all.values()) {
    if (sending >= AT_ONCE) return;
    if (one.state !== "waiting") continue;
    one.state = "sending";
    sending += 1;
    void send(one).finally(() => {
      sending -= 1;
      sendNext();
    });
  }
}

async function ask(url: string, options: RequestInit): Promise<{ status: number; body: Record<string, unknown> }> {
  const answer = await fetch(url, { credentials: "same-origin", ...options, headers: { "X-CSRFToken": token, ...options.headers } });
  const body = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
  return { status: answer.status, body };
}

async function send(one: Sent): Promise<void> {
  for (let pause = 500; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      await sendPieces(one);
      return;
    } catch (error) {
      if (error instanceof Refused) {
        one.state = "wrong";
        show(one, error.message);
        return;
      }
      show(one, words.broken!);
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

class Refused extends Error {}

async function sendPieces(one: Sent): Promise<void> {
  const json = JSON.stringify({ path: one.path, size: one.file.size });
  const begun = await ask(page.dataset.begin!, { method: "POST", body: json, headers: { "Content-Type": "application/json" } });
  if (begun.status >= 400 && begun.status < 500) throw new Refused(String(begun.body.message ?? begun.status));
  if (begun.status !== 200) throw new Error(String(begun.status));
  one.id = String(begun.body.id);
  const url = addressOf(one.id);
  one.received = Number(begun.body.received);
  while (one.received < one.file.size && one.state === "sending") {
    const piece = one.file.slice(one.received, one.received + PIECE_BYTES);
    const answer = await ask(`${url}?offset=${one.received}`, { method: "PUT", body: piece });
    if (answer.status === 409 || answer.status === 200) one.received = Number(answer.body.received);
    else if (answer.status < 500) throw new Refused(String(answer.body.message ?? answer.status));
    else throw new Error(String(answer.status));
    show(one, `${Math.floor((100 * one.received) / one.file.size)} %`);
  }
  if (one.state !== "sending") return;
  one.state = "arrived";
  show(one, words.arrived!);
}

function addressOf(id: string): string {
  return page.dataset.continue!.replace(/[0-9a-f-]{36}/, id);
}

async function takeOut(row: HTMLElement): Promise<void> {
  const one = all.get(row.dataset.path!);
  const id = one?.id ?? row.dataset.id;
  if (one) one.state = "gone";
  all.delete(row.dataset.path!);
  row.remove();
  showSum();
  if (id) await ask(addressOf(id), { method: "DELETE" });
}

list.addEventListener("click", (event) => {
  const button = (event.target as Element).closest("[data-take-out]");
  if (button) void takeOut(button.closest("li")!);
});

async function addEntry(entry: FileSystemEntry, base: string): Promise<void> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    add(file, base + entry.name);
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return;
    for (const below of some) await addEntry(below, `${base}${entry.name}/`);
  }
}

const zone = part("drop");
for (const name of ["dragenter", "dragover"]) {
  zone.addEventListener(name, (event) => {
    event.preventDefault();
    zone.classList.add("drop-zone-over");
  });
}
zone.addEventListener("dragleave", () => zone.classList.remove("drop-zone-over"));
zone.addEventListener("drop", (event) => {
  event.preventDefault();
  zone.classList.remove("drop-zone-over");
  const entries = [...(event.dataTransfer?.items ?? [])].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  for (const entry of entries) void addEntry(entry, "");
});
for (const input of page.querySelectorAll<HTMLInputElement>("[data-files]")) {
  input.addEventListener("change", () => {
    for (const file of input.files ?? []) add(file, file.webkitRelativePath || photographName(input, file));
    input.value = "";
  });
}

// A phone names every photograph image.jpg; each gets a number of its own so that they make one record in order.
function photographName(input: HTMLInputElement, file: File): string {
  if (!input.capture) return file.name;
  const number = [...all.keys()].filter((path) => path.startsWith("photo/")).length + 1;
  return `photo/page-${String(number).padStart(3, "0")}.${file.name.split(".").pop() ?? "jpg"}`;
}

window.addEventListener("beforeunload", (event) => {
  if ([...all.values()].some((one) => one.state === "sending" || one.state === "waiting")) event.preventDefault();
});
