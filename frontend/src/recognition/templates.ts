// Drawing the fields of a form template on a page: boxes by mouse, touch or keys, one line of the form for each.
// Without this script the boxes are typed as four numbers and everything else works as it stands.

type Box = [number, number, number, number];

const STEP_PX = 4; // of the page, for one press of an arrow
const LEAST_PX = 8;

class Editor {
  private readonly size: [number, number];
  private readonly draft: boolean;
  private readonly picture: HTMLElement | null;
  private readonly list: HTMLElement;
  private readonly words = new Map<string, string>();

  constructor(private readonly root: HTMLElement) {
    const [width, height] = (root.dataset.size ?? "1,1").split(",").map(Number);
    this.size = [width, height];
    this.draft = root.dataset.draft !== undefined;
    this.picture = root.querySelector(".template-picture");
    this.list = root.querySelector("[data-template-fields]")!;
    for (const option of root.querySelectorAll<HTMLOptionElement>("#template-fields option")) {
      this.words.set(option.value, option.textContent ?? "");
    }
    this.showAnchors();
    for (const line of this.lines()) this.attach(line);
    if (!this.draft || !this.picture) return;
    this.picture.addEventListener("pointerdown", (event) => this.draw(event));
    root.querySelector("[data-template-add]")?.addEventListener("click", () => this.addInTheMiddle());
    document.addEventListener("keydown", (event) => this.onPageKey(event));
  }

  private lines(): HTMLElement[] {
    return [...this.list.querySelectorAll<HTMLElement>("[data-template-field]")];
  }

  private showAnchors(): void {
    for (const anchor of this.root.querySelectorAll<HTMLElement>(".template-anchor")) {
      this.place(anchor, boxFrom(anchor.dataset.box ?? ""));
    }
  }

  // Each line of the form owns one box on the picture.
  private attach(line: HTMLElement): void {
    const input = line.querySelector<HTMLInputElement>("[name=box]")!;
    const mark = document.createElement("button");
    mark.type = "button";
    mark.className = "template-box";
    const name = document.createElement("span");
    mark.append(name);
    this.picture?.append(mark);
    const renew = () => {
      this.place(mark, boxFrom(input.value));
      const label = line.querySelector<HTMLInputElement>("[name=label]")!;
      const field = line.querySelector<HTMLInputElement>("[name=field]")!.value;
      label.placeholder = this.words.get(field) ?? field;
      name.textContent = label.value || label.placeholder || "?";
      mark.classList.toggle("template-box-required", line.querySelector<HTMLSelectElement>("[name=required]")!.value === "yes");
    };
    line.addEventListener("input", renew);
    line.addEventListener("focusin", () => mark.classList.add("template-box-current"));
    line.addEventListener("focusout", () => mark.classList.remove("template-box-current"));
    line.querySelector("[data-template-drop]")?.addEventListener("click", () => this.drop(line, mark));
    mark.addEventListener("focus", () => line.classList.add("template-field-current"));
    mark.addEventListener("blur", () => line.classList.remove("template-field-current"));
    if (this.draft) {
      mark.addEventListener("keydown", (event) => this.onBoxKey(event, line, input, mark));
      mark.addEventListener("pointerdown", (event) => this.drag(event, input));
    }
    mark.addEventListener("dblclick", () => line.querySelector<HTMLInputElement>("[name=field]")?.focus());
    renew();
  }

  private add(box: Box): void {
    const blank = this.root.querySelector<HTMLTemplateElement>("[data-template-blank]")!;
    const line = (blank.content.cloneNode(true) as DocumentFragment).firstElementChild as HTMLElement;
    line.querySelector<HTMLInputElement>("[name=box]")!.value = box.join(",");
    this.list.append(line);
    this.attach(line);
    line.querySelector<HTMLInputElement>("[name=field]")!.focus();
    line.scrollIntoView({ block: "nearest" });
  }

  private addInTheMiddle(): void {
    const [width, height] = this.size;
    this.add([width * 0.35, height * 0.45, width * 0.65, height * 0.48].map(Math.round) as Box);
  }

  private drop(line: HTMLElement, mark: HTMLElement): void {
    const next = (line.nextElementSibling ?? line.previousElementSibling)?.querySelector<HTMLInputElement>("[name=field]");
    line.remove();
    mark.remove();
    (next ?? this.root.querySelector<HTMLElement>("[data-template-add]"))?.focus();
  }

  private draw(event: PointerEvent): void {
    if ((event.target as HTMLElement).closest(".template-box") || event.button !== 0) return;
    event.preventDefault();
    const from = this.spot(event);
    const ghost = document.createElement("span");
    ghost.className = "template-box template-box-current";
    this.picture!.append(ghost);
    let box: Box = [from[0], from[1], from[0], from[1]];
    this.follow(event, (at) => {
      box = [Math.min(from[0], at[0]), Math.min(from[1], at[1]), Math.max(from[0], at[0]), Math.max(from[1], at[1])];
      this.place(ghost, box);
    }, () => {
      ghost.remove();
      if (box[2] - box[0] >= LEAST_PX && box[3] - box[1] >= LEAST_PX) this.add(box);
    });
  }

  private drag(event: PointerEvent, input: HTMLInputElement): void {
    const from = this.spot(event);
    const start = boxFrom(input.value);
    if (!start) return;
    const [width, height] = this.size;
    // The lower right corner changes the size, everything else moves the box.
    const near = 0.25;
    const sizing = from[0] > start[2] - near * (start[2] - start[0]) && from[1] > start[3] - near * (start[3] - start[1]);
    this.follow(event, (at) => {
      const [right, down] = [at[0] - from[0], at[1] - from[1]];
      this.set(input, sizing
        ? [start[0], start[1], Math.max(start[0] + LEAST_PX, start[2] + right), Math.max(start[1] + LEAST_PX, start[3] + down)]
        : moved(start, right, down, width, height));
    }, () => undefined);
  }

  private follow(event: PointerEvent, onMove: (at: [number, number]) => void, onEnd: () => void): void {
    const target = this.picture!;
    target.setPointerCapture(event.pointerId);
    const move = (next: PointerEvent) => onMove(this.spot(next));
    const end = () => {
      target.removeEventListener("pointermove", move);
      target.removeEventListener("pointerup", end);
      target.removeEventListener("pointercancel", end);
      onEnd();
    };
    target.addEventListener("pointermove", move);
    target.addEventListener("pointerup", end);
    target.addEventListener("pointercancel", end);
  }

  private onBoxKey(event: KeyboardEvent, line: HTMLElement, input: HTMLInputElement, mark: HTMLElement): void {
    const box = boxFrom(input.value);
    const steps: Record<string, [number, number]> = {
      ArrowLeft: [-STEP_PX, 0], ArrowRight: [STEP_PX, 0], ArrowUp: [0, -STEP_PX], ArrowDown: [0, STEP_PX],
    };
    const step = steps[event.key];
    if (step && box) {
      event.preventDefault();
      const [width, height] = this.size;
      this.set(input, event.shiftKey
        ? [box[0], box[1], Math.max(box[0] + LEAST_PX, box[2] + step[0]), Math.max(box[1] + LEAST_PX, box[3] + step[1])]
        : moved(box, step[0], step[1], width, height));
    } else if (event.key === "Delete") {
      event.preventDefault();
      this.drop(line, mark);
    } else if (event.key === "Enter") {
      event.preventDefault();
      line.querySelector<HTMLInputElement>("[name=field]")!.focus();
    }
  }

  private onPageKey(event: KeyboardEvent): void {
    if ((event.target as HTMLElement).closest("input, textarea, select, dialog[open]")) return;
    if (event.key === "n" && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      this.addInTheMiddle();
    }
  }

  private set(input: HTMLInputElement, box: Box): void {
    const [width, height] = this.size;
    input.value = [
      clamp(box[0], 0, width), clamp(box[1], 0, height), clamp(box[2], 0, width), clamp(box[3], 0, height),
    ].map(Math.round).join(",");
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // Where the pointer is, in pixels of the page.
  private spot(event: PointerEvent): [number, number] {
    const frame = this.picture!.getBoundingClientRect();
    const [width, height] = this.size;
    return [
      Math.round(clamp((event.clientX - frame.left) / frame.width, 0, 1) * width),
      Math.round(clamp((event.clientY - frame.top) / frame.height, 0, 1) * height),
    ];
  }

  private place(mark: HTMLElement, box: Box | null): void {
    mark.hidden = box === null;
    if (!box) return;
    const [width, height] = this.size;
    mark.style.left = `${(100 * box[0]) / width}%`;
    mark.style.top = `${(100 * box[1]) / height}%`;
    mark.style.width = `${(100 * (box[2] - box[0])) / width}%`;
    mark.style.height = `${(100 * (box[3] - box[1])) / height}%`;
  }
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}

function moved(box: Box, right: number, down: number, width: number, height: number): Box {
  const x = clamp(right, -box[0], width - box[2]);
  const y = clamp(down, -box[1], height - box[3]);
  return [box[0] + x, box[1] + y, box[2] + x, box[3] + y];
}

function boxFrom(text: string): Box | null {
  const numbers = text.split(",").map((part) => Number.parseInt(part, 10));
  return numbers.length === 4 && numbers.every(Number.isFinite) ? (numbers as Box) : null;
}

const root = document.getElementById("template");
if (root) new Editor(root);
