// A table beside its picture, under the keys: arrows move, Shift marks, Enter edits, Tab goes on, Ctrl+Z undoes. Every
// change is sent at once and becomes a version; the answer is the grid as it stands then.

type Step = { act: string; row: number; column: number; last_row?: number; last_column?: number; text?: string };
type Place = { row: number; column: number };

type Box = [number, number, number, number];

const STEPS: Record<string, [number, number]> = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
};
const MARGIN_PX = 6; // air around the lit cell, in pixels of the page
const NARROW = matchMedia("(max-width: 767.98px)"); // on a phone one reads

class TableDesk {
  private at: Place = { row: 0, column: 0 };
  private corner: Place | null = null;
  private undoable: number[] = [];
  private busy: Promise<void> = Promise.resolve();

  constructor(private readonly root: HTMLElement) {
    root.addEventListener("focusin", (event) => this.onFocus(event));
    root.addEventListener("keydown", (event) => this.onKey(event));
    root.addEventListener("dblclick", (event) => this.onDoubleClick(event));
    root.addEventListener("mousedown", (event) => this.onPress(event));
    root.addEventListener("click", (event) => this.onClick(event));
    addEventListener("resize", () => this.light());
    for (const image of root.querySelectorAll("img")) image.addEventListener("load", () => this.light());
    this.go(this.at, false);
  }

  private get grid(): HTMLElement {
    return this.root.querySelector<HTMLElement>("#table-grid")!;
  }

  private get version(): number {
    return Number(this.grid.dataset.version);
  }

  private get mayEdit(): boolean {
    return this.root.dataset.mayEdit !== undefined && !NARROW.matches;
  }

  private cells(): HTMLTableCellElement[] {
    return [...this.grid.querySelectorAll<HTMLTableCellElement>("td")];
  }

  private cellAt(place: Place): HTMLTableCellElement | undefined {
    return this.cells().find((cell) => {
      const span = spanOf(cell);
      return span.top <= place.row && place.row <= span.bottom && span.left <= place.column && place.column <= span.right;
    });
  }

  private get current(): HTMLTableCellElement | undefined {
    return this.cellAt(this.at);
  }

  private onFocus(event: FocusEvent): void {
    const cell = (event.target as HTMLElement).closest<HTMLTableCellElement>(".table-cells td");
    if (!cell) return;
    if (this.current !== cell) {
      const span = spanOf(cell);
      this.at = { row: span.top, column: span.left };
    }
    for (const other of this.cells()) other.tabIndex = other === cell ? 0 : -1;
    this.light();
  }

  private onPress(event: MouseEvent): void {
    const cell = (event.target as HTMLElement).closest<HTMLTableCellElement>(".table-cells td");
    if (!cell || cell.querySelector("textarea")) return;
    if (event.shiftKey) {
      event.preventDefault();
      const span = spanOf(cell);
      this.corner = { row: span.bottom, column: span.right };
    } else {
      this.corner = null;
    }
    this.mark();
  }

  private onDoubleClick(event: MouseEvent): void {
    const cell = (event.target as HTMLElement).closest<HTMLTableCellElement>(".table-cells td");
    if (cell) this.edit(cell);
  }

  private onClick(event: MouseEvent): void {
    const act = (event.target as HTMLElement).closest<HTMLElement>("[data-act]")?.dataset.act;
    if (act) this.act(act);
  }

  private onKey(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    if (event.isComposing || target.tagName === "TEXTAREA") return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") {
      event.preventDefault();
      this.act("undo");
      return;
    }
    const cell = target.closest<HTMLTableCellElement>(".table-cells td");
    if (!cell || event.ctrlKey || event.metaKey || event.altKey) return;
    if (this.onCellKey(event, cell)) event.preventDefault();
  }

  private onCellKey(event: KeyboardEvent, cell: HTMLTableCellElement): boolean {
    const step = STEPS[event.key];
    if (step) return this.move(step[0], step[1], event.shiftKey);
    if (event.key === "Home" || event.key === "End") {
      const column = event.key === "Home" ? 0 : Number(this.grid.dataset.columns) - 1;
      return this.go({ row: this.at.row, column });
    }
    if (event.key === "d") return this.nextDoubt();
    if (!this.mayEdit) return false;
    if (event.key === "Enter" || event.key === "F2") this.edit(cell);
    else if (event.key === "Delete" || event.key === "Backspace") this.send([{ act: "set_text", ...this.at, text: "" }]);
    else if (event.key === "m") this.act("merge");
    else if (event.key === "s") this.act("split");
    else return false;
    return true;
  }

  // Goes to the cell beside the present one; with `marking` the mark grows instead.
  private move(down: number, over: number, marking: boolean): boolean {
    const from = marking ? (this.corner ?? this.at) : this.at;
    const cell = this.cellAt(from);
    if (!cell) return false;
    const span = spanOf(cell);
    const row = down > 0 ? span.bottom + 1 : down < 0 ? span.top - 1 : from.row;
    const column = over > 0 ? span.right + 1 : over < 0 ? span.left - 1 : from.column;
    if (!this.cellAt({ row, column })) return true;
    if (marking) {
      this.corner = { row, column };
      this.mark();
      return true;
    }
    return this.go({ row, column });
  }

  private go(place: Place, focus = true): boolean {
    const cell = this.cellAt(place) ?? this.cells()[0];
    if (!cell) return false;
    this.at = this.cellAt(place) ? place : { row: 0, column: 0 };
    this.corner = null;
    this.mark();
    for (const other of this.cells()) other.tabIndex = other === cell ? 0 : -1;
    if (focus) cell.focus();
    else this.light();
    return true;
  }

  private nextDoubt(): boolean {
    const cells = this.cells();
    const here = this.current ? cells.indexOf(this.current) : -1;
    const doubtful = cells.filter((cell) => cell.classList.contains("is-doubtful"));
    const next = doubtful.find((cell) => cells.indexOf(cell) > here) ?? doubtful[0];
    if (next) this.go({ row: spanOf(next).top, column: spanOf(next).left });
    return true;
  }

  private block(): Required<Omit<Step, "act" | "text">> {
    const first = this.current ? spanOf(this.current) : { top: 0, left: 0, bottom: 0, right: 0 };
    const cell = this.corner ? this.cellAt(this.corner) : undefined;
    const last = cell ? spanOf(cell) : first;
    return {
      row: Math.min(first.top, last.top),
      column: Math.min(first.left, last.left),
      last_row: Math.max(first.bottom, last.bottom),
      last_column: Math.max(first.right, last.right),
    };
  }

  private mark(): void {
    const block = this.block();
    for (const cell of this.cells()) {
      const span = spanOf(cell);
      const inside =
        span.top <= block.last_row && span.bottom >= block.row && span.left <= block.last_column && span.right >= block.column;
      const marked = this.corner !== null && inside;
      cell.classList.toggle("is-marked", marked);
      if (marked) cell.setAttribute("aria-selected", "true");
      else cell.removeAttribute("aria-selected");
    }
  }

  private edit(cell: HTMLTableCellElement): void {
    if (!this.mayEdit || cell.querySelector("textarea")) return;
    const field = document.createElement("textarea");
    const before = cell.textContent ?? "";
    field.value = before;
    field.rows = Math.max(before.split("\n").length, 1);
    field.setAttribute("aria-label", before || "…");
    cell.replaceChildren(field);
    let left = false;
    const leave = (keep: boolean, down: number, over: number): void => {
      if (left) return;
      left = true;
      const text = field.value.trim();
      cell.textContent = keep ? text : before;
      const here = { row: spanOf(cell).top, column: spanOf(cell).left };
      if (keep && text !== before.trim()) this.send([{ act: "set_text", ...here, text }], before, cell);
      if (down || over) this.move(down, over, false);
      else if (!keep) cell.focus();
    };
    field.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "Escape") leave(false, 0, 0);
      else if (event.key === "Enter" && !event.shiftKey) leave(true, 1, 0);
      else if (event.key === "Tab") leave(true, 0, event.shiftKey ? -1 : 1);
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    field.addEventListener("blur", () => leave(true, 0, 0));
    field.focus();
    field.select();
  }

  private act(act: string): void {
    if (!this.mayEdit) return;
    const cell = this.current;
    const span = cell ? spanOf(cell) : { top: 0, left: 0, bottom: 0, right: 0 };
    const { row, column } = this.at;
    if (act === "undo") this.undo();
    else if (act === "machine") this.change({ to: 0 });
    else if (act === "merge" && !this.corner) tell(this.root.dataset.mark ?? "", "amber");
    else if (act === "merge") this.send([{ act, ...this.block() }]);
    else if (act === "add_row") this.send([{ act, row: span.bottom + 1, column }]);
    else if (act === "add_column") this.send([{ act, row, column: span.right + 1 }]);
    else this.send([{ act, row, column }]);
  }

  private undo(): void {
    const before = this.undoable.pop();
    if (before === undefined) tell(this.root.dataset.nothing ?? "", "amber");
    else this.change({ to: before }, false);
  }

  private send(steps: Step[], before = "", cell?: HTMLTableCellElement): void {
    this.change({ steps }, true, () => {
      if (cell?.isConnected) cell.textContent = before;
    });
  }

  // One change after another: each names the version that it was made on.
  private change(asked: { steps?: Step[]; to?: number }, remembered = true, undone?: () => void): void {
    this.busy = this.busy.then(async () => {
      const version = this.version;
      try {
        const answer = await fetch(this.root.dataset.change!, {
          method: "POST",
          credentials: "same-origin",
          headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
          body: JSON.stringify({ version, ...asked }),
        });
        if (answer.ok) {
          if (remembered) this.undoable.push(version);
          this.show(await answer.text());
        } else {
          undone?.();
          tell(((await answer.json()) as { fault: string }).fault, "red");
        }
      } catch {
        undone?.();
        tell(this.root.dataset.lost ?? "", "red");
      }
    });
  }

  // Puts the new grid in place of the old one, unless the next cell is being written in: then only what it says.
  private show(html: string): void {
    const fresh = new DOMParser().parseFromString(html, "text/html").getElementById("table-grid");
    if (!fresh) return;
    const writing = this.grid.querySelector("textarea");
    const scrolled = this.grid.querySelector(".table-scroll")?.scrollLeft ?? 0;
    if (writing) {
      this.grid.dataset.version = fresh.dataset.version;
      this.grid.querySelector(".table-facts")?.replaceWith(fresh.querySelector(".table-facts")!);
      return;
    }
    const focused = this.grid.contains(document.activeElement) || document.activeElement === document.body;
    this.grid.replaceWith(fresh);
    fresh.querySelector(".table-scroll")?.scrollTo({ left: scrolled });
    this.go(this.at, focused);
  }

  private light(): void {
    const cell = this.current;
    for (const picture of this.root.querySelectorAll<HTMLElement>(".table-picture")) {
      const light = picture.querySelector<HTMLElement>(".table-light")!;
      const image = picture.querySelector("img")!;
      const region = boxOf(picture.dataset.region);
      const box = cell?.dataset.part === picture.dataset.part ? boxOf(cell?.dataset.box) : null;
      light.hidden = !box || !region || !image.clientWidth;
      if (!box || !region || light.hidden) continue;
      const across = image.clientWidth / (region[2] - region[0]);
      const down = image.clientHeight / (region[3] - region[1]);
      light.style.left = `${(box[0] - region[0] - MARGIN_PX) * across}px`;
      light.style.top = `${(box[1] - region[1] - MARGIN_PX) * down}px`;
      light.style.width = `${(box[2] - box[0] + 2 * MARGIN_PX) * across}px`;
      light.style.height = `${(box[3] - box[1] + 2 * MARGIN_PX) * down}px`;
      bringIntoView(this.root.querySelector<HTMLElement>(".table-stage")!, light);
    }
  }
}

function bringIntoView(stage: HTMLElement, light: HTMLElement): void {
  const area = stage.getBoundingClientRect();
  const spot = light.getBoundingClientRect();
  if (spot.top >= area.top && spot.bottom <= area.bottom) return;
  stage.scrollTo({ top: stage.scrollTop + spot.top + spot.height / 2 - area.top - area.height / 2 });
}

function spanOf(cell: HTMLElement): { top: number; left: number; bottom: number; right: number } {
  const { row, column, lastRow, lastColumn } = cell.dataset;
  return { top: Number(row), left: Number(column), bottom: Number(lastRow), right: Number(lastColumn) };
}

function boxOf(text: string | undefined): Box | null {
  const values = (text ?? "").split(",").map(Number);
  return values.length === 4 ? (values as Box) : null;
}

function token(): string {
  const headers = document.body.getAttribute("hx-headers");
  return headers ? ((JSON.parse(headers) as Record<string, string>)["X-CSRFToken"] ?? "") : "";
}

function tell(text: string, tone: "amber" | "red"): void {
  document.dispatchEvent(new CustomEvent("toast", { detail: { text, tone } }));
}

const root = document.getElementById("table-desk");
if (root) new TableDesk(root);
