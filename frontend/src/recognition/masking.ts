// The opening review under the keys: masks lie on the pictures, j and k go from one to the next, h hides, l leaves it
// readable, c finishes the page, 1 to 4 choose the decision; dragging over a picture draws a mask. The forms work without.

type Box = [number, number, number, number];

const SMALLEST_PX = 6; // on the screen; less is a click

class Masking {
  private drawing: { figure: HTMLElement; frame: HTMLElement; x: number; y: number } | null = null;

  constructor(private readonly root: HTMLElement) {
    root.addEventListener("focusin", (event) => this.light(event.target as HTMLElement));
    root.addEventListener("click", (event) => this.onClick(event));
    document.addEventListener("keydown", (event) => this.onKey(event));
    document.body.addEventListener("htmx:afterSwap", () => this.afterSwap());
    addEventListener("resize", () => this.lay());
    for (const picture of root.querySelectorAll<HTMLElement>(".mask-picture")) this.prepare(picture);
    this.lay();
  }

  private prepare(picture: HTMLElement): void {
    picture.querySelector("img")?.addEventListener("load", () => this.lay());
    picture.addEventListener("pointerdown", (event) => this.begin(picture, event));
    picture.addEventListener("pointermove", (event) => this.draw(event));
    picture.addEventListener("pointerup", (event) => this.end(event));
    picture.addEventListener("pointercancel", () => this.stop());
  }

  private items(): HTMLElement[] {
    return [...this.root.querySelectorAll<HTMLElement>("#masks .mask")];
  }

  // Lays a frame over the place of every mask and word; the pictures may be shown at any size.
  private lay(): void {
    for (const frame of this.root.querySelectorAll(".mask-frame")) frame.remove();
    this.root.querySelectorAll<HTMLElement>(".mask").forEach((item, index) => {
      for (const box of boxesOf(item)) this.frame(item, box, index);
    });
  }

  private frame(item: HTMLElement, box: Box, index: number): void {
    const figure = this.figure(item.dataset.page);
    const picture = figure?.querySelector<HTMLElement>(".mask-picture");
    const image = picture?.querySelector("img");
    const [width, height] = numbers(figure?.dataset.size);
    if (!picture || !image || !width || !height) return;
    const frame = document.createElement("div");
    frame.className = `mask-frame mask-frame-${item.dataset.state}`;
    frame.dataset.item = String(index);
    place(frame, box, image.clientWidth / width, image.clientHeight / height);
    if (item === document.activeElement || item.contains(document.activeElement)) frame.classList.add("mask-lit");
    picture.append(frame);
  }

  private figure(page: string | undefined): HTMLElement | null {
    return this.root.querySelector<HTMLElement>(`[data-stage-page="${page}"]`);
  }

  private light(target: HTMLElement): void {
    const item = target.closest<HTMLElement>(".mask");
    if (!item) return;
    const all = [...this.root.querySelectorAll<HTMLElement>(".mask")];
    const number = String(all.indexOf(item));
    let shown = false;
    for (const frame of this.root.querySelectorAll<HTMLElement>(".mask-frame")) {
      const mine = frame.dataset.item === number;
      frame.classList.toggle("mask-lit", mine);
      if (mine && !shown) {
        frame.scrollIntoView({ block: "center", behavior: "auto" });
        shown = true;
      }
    }
  }

  private onClick(event: MouseEvent): void {
    const frame = (event.target as HTMLElement).closest<HTMLElement>(".mask-frame");
    if (frame) [...this.root.querySelectorAll<HTMLElement>(".mask")][Number(frame.dataset.item)]?.focus();
  }

  private onKey(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    if (event.ctrlKey || event.metaKey || event.altKey || target.closest("textarea, select, dialog[open]")) return;
    const typing = target.matches("input:not([type=radio])");
    if (typing) return;
    if (/^[1-4]$/.test(event.key)) this.choose(event.key);
    else if (event.key === "j" || event.key === "k") this.step(event.key === "j" ? 1 : -1);
    else if (event.key === "h") press(target.closest(".mask"), "hide");
    else if (event.key === "l") press(target.closest(".mask"), "keep");
    else if (event.key === "c") press(target.closest(".mask-page") ?? this.root.querySelector(".mask-page"), "check");
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private choose(number: string): void {
    const radio = this.root.querySelector<HTMLInputElement>(`[data-number="${number}"]`);
    if (!radio) return;
    radio.checked = true;
    radio.focus();
  }

  private step(by: number): void {
    const items = this.items();
    const here = items.indexOf(document.activeElement?.closest<HTMLElement>(".mask") as HTMLElement);
    items[Math.min(Math.max(here + by, 0), items.length - 1)]?.focus();
  }

  // After an answer the next place to be checked gets the keys.
  private afterSwap(): void {
    this.lay();
    const next = this.items().find((item) => item.dataset.state === "proposed");
    (next ?? this.root.querySelector<HTMLElement>("[data-mask=check]"))?.focus();
  }

  private begin(picture: HTMLElement, event: PointerEvent): void {
    if (event.button !== 0 || (event.target as HTMLElement).closest(".mask-frame")) return;
    const figure = picture.closest<HTMLElement>("[data-stage-page]");
    if (!figure) return;
    event.preventDefault();
    const frame = document.createElement("div");
    frame.className = "mask-frame mask-frame-drawn";
    picture.append(frame);
    picture.setPointerCapture(event.pointerId);
    const spot = picture.getBoundingClientRect();
    this.drawing = { figure, frame, x: event.clientX - spot.left, y: event.clientY - spot.top };
  }

  private draw(event: PointerEvent): void {
    if (!this.drawing) return;
    place(this.drawing.frame, this.drawn(event), 1, 1);
  }

  private drawn(event: PointerEvent): Box {
    const { figure, x, y } = this.drawing!;
    const picture = figure.querySelector<HTMLElement>(".mask-picture")!;
    const area = picture.getBoundingClientRect();
    const toX = Math.min(Math.max(event.clientX - area.left, 0), area.width);
    const toY = Math.min(Math.max(event.clientY - area.top, 0), area.height);
    return [Math.min(x, toX), Math.min(y, toY), Math.max(x, toX), Math.max(y, toY)];
  }

  private end(event: PointerEvent): void {
    if (!this.drawing) return;
    const box = this.drawn(event);
    const { figure } = this.drawing;
    this.stop();
    if (box[2] - box[0] < SMALLEST_PX || box[3] - box[1] < SMALLEST_PX) return;
    const image = figure.querySelector("img")!;
    const [width, height] = numbers(figure.dataset.size);
    const across = width! / image.clientWidth;
    const down = height! / image.clientHeight;
    const form = figure.querySelector<HTMLFormElement>(".mask-draw")!;
    const values = [box[0] * across, box[1] * down, box[2] * across, box[3] * down];
    ["left", "top", "right", "bottom"].forEach((name, index) => {
      (form.elements.namedItem(name) as HTMLInputElement).value = String(Math.round(values[index]!));
    });
    form.requestSubmit();
  }

  private stop(): void {
    this.drawing?.frame.remove();
    this.drawing = null;
  }
}

function boxesOf(item: HTMLElement): Box[] {
  const text = item.dataset.boxes ?? item.dataset.box ?? "";
  return text.split(";").map(numbers).filter((box): box is Box => box.length === 4);
}

function place(frame: HTMLElement, box: Box, across: number, down: number): void {
  frame.style.left = `${box[0] * across}px`;
  frame.style.top = `${box[1] * down}px`;
  frame.style.width = `${(box[2] - box[0]) * across}px`;
  frame.style.height = `${(box[3] - box[1]) * down}px`;
}

function press(scope: Element | null, act: string): void {
  scope?.querySelector<HTMLButtonElement>(`[data-mask=${act}]`)?.click();
}

function numbers(text: string | undefined): number[] {
  return (text ?? "").split(",").map(Number);
}

const root = document.getElementById("masking");
if (root) new Masking(root);
