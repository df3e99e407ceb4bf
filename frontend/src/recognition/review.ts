// The review of recognition under the keys: focusing a value lights its place on the page, Enter accepts, Tab goes on,
// Esc skips. Without this script the forms still work, one decision to a page load.

type Box = [number, number, number, number];

const MARGIN_PX = 8; // air around the lit place, in pixels of the page

class Review {
  private zoomed = false;

  constructor(private readonly root: HTMLElement) {
    root.addEventListener("focusin", (event) => this.onFocus(event.target as HTMLElement));
    root.addEventListener("keydown", (event) => this.onKey(event));
    root.addEventListener("click", (event) => take((event.target as HTMLElement).closest("[data-guess]")));
    root.addEventListener("input", (event) => grow(event.target as HTMLElement));
    document.addEventListener("keydown", (event) => this.onPageKey(event));
    document.body.addEventListener("htmx:afterSwap", () => this.afterDecision());
    addEventListener("resize", () => this.lightCurrent());
    for (const image of root.querySelectorAll("img")) image.addEventListener("load", () => this.lightCurrent());
    this.prepare();
    this.focus(this.fields()[0]);
  }

  // The buttons leave the way of Tab, which goes from value to value; their keys are Enter and Ctrl+Backspace.
  private prepare(): void {
    this.root.querySelectorAll<HTMLElement>("textarea").forEach(grow);
    for (const button of this.root.querySelectorAll<HTMLElement>("[data-review=accept], [data-review=refuse]")) {
      button.tabIndex = -1;
    }
  }

  private fields(): HTMLTextAreaElement[] {
    return [...this.root.querySelectorAll<HTMLTextAreaElement>(".review-field textarea")];
  }

  private onFocus(target: HTMLElement): void {
    const form = target.closest<HTMLFormElement>(".review-field");
    if (form) this.light(form);
  }

  private onKey(event: KeyboardEvent): void {
    const field = (event.target as HTMLElement).closest("textarea");
    const form = field?.closest<HTMLFormElement>(".review-field");
    if (!field || !form || event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      press(form, "accept");
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      field.value = form.querySelector<HTMLInputElement>("[name=suggested]")?.value ?? field.value;
      this.skip(field);
    } else if (event.key === "Backspace" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      press(form, "refuse");
    } else if (event.altKey && /^[1-9]$/.test(event.key)) {
      event.preventDefault();
      take(form.querySelectorAll<HTMLElement>("[data-guess]")[Number(event.key) - 1]);
    }
  }

  private onPageKey(event: KeyboardEvent): void {
    if ((event.target as HTMLElement).closest("input, textarea, select, dialog[open]")) return;
    if (event.key === "+" || event.key === "=" || event.key === "-") {
      this.zoomed = event.key !== "-";
      this.root.classList.toggle("review-zoomed", this.zoomed);
      this.lightCurrent();
    }
  }

  private skip(field: HTMLTextAreaElement): void {
    const fields = this.fields();
    field.closest("form")!.dataset.skipped = "";
    const next = fields[fields.indexOf(field) + 1];
    if (next) this.focus(next);
    else this.goOn();
  }

  private afterDecision(): void {
    this.prepare();
    const wrong = this.root.querySelector<HTMLTextAreaElement>(".field-wrong textarea");
    const next = wrong ?? this.fields().find((field) => field.closest("form")?.dataset.skipped === undefined);
    if (next) this.focus(next);
    else this.goOn();
  }

  private focus(field: HTMLTextAreaElement | undefined): void {
    if (!field) return;
    field.focus({ preventScroll: false });
    field.setSelectionRange(field.value.length, field.value.length);
  }

  private goOn(): void {
    const next = this.root.dataset.next;
    if (next) location.assign(next);
  }

  private lightCurrent(): void {
    const form = document.activeElement?.closest<HTMLFormElement>(".review-field");
    if (form) this.light(form);
  }

  // Shows the page of a value and lays the light over its place; the picture may be shown at any size.
  private light(form: HTMLFormElement): void {
    for (const page of this.root.querySelectorAll<HTMLElement>(".review-page")) {
      const mine = page.dataset.page === form.dataset.page;
      page.hidden = !mine;
      if (mine) this.place(page, form);
    }
  }

  private place(page: HTMLElement, form: HTMLFormElement): void {
    const light = page.querySelector<HTMLElement>(".review-light");
    const image = page.querySelector("img");
    const box = numbers(form.dataset.box) as Box;
    const [width, height] = numbers(page.dataset.size);
    if (!light || !image || !image.complete || !image.naturalWidth || box.length !== 4 || !width || !height) return;
    const across = image.clientWidth / width;
    const down = image.clientHeight / height;
    light.style.left = `${(box[0] - MARGIN_PX) * across}px`;
    light.style.top = `${(box[1] - MARGIN_PX) * down}px`;
    light.style.width = `${(box[2] - box[0] + 2 * MARGIN_PX) * across}px`;
    light.style.height = `${(box[3] - box[1] + 2 * MARGIN_PX) * down}px`;
    light.hidden = false;
    this.bringIntoView(page, light);
  }

  private bringIntoView(page: HTMLElement, light: HTMLElement): void {
    const stage = page.closest<HTMLElement>(".review-stage");
    if (!stage) return;
    const area = stage.getBoundingClientRect();
    const spot = light.getBoundingClientRect();
    const middle = { x: spot.left + spot.width / 2 - area.left, y: spot.top + spot.height / 2 - area.top };
    stage.scrollTo({
      left: stage.scrollLeft + middle.x - area.width / 2,
      top: stage.scrollTop + middle.y - area.height / 2,
    });
  }
}

function press(form: HTMLFormElement, decision: string): void {
  form.querySelector<HTMLButtonElement>(`[data-review=${decision}]`)?.click();
}

// A next best guess goes into the field; Enter then takes it.
function take(guess: HTMLElement | null | undefined): void {
  const field = guess?.closest("form")?.querySelector("textarea");
  if (!guess || !field) return;
  field.value = guess.dataset.guess ?? "";
  grow(field);
  field.focus();
}

function numbers(text: string | undefined): number[] {
  return (text ?? "").split(",").map(Number);
}

function grow(target: HTMLElement): void {
  if (!(target instanceof HTMLTextAreaElement)) return;
  target.style.height = "auto";
  target.style.height = `${target.scrollHeight + 2}px`;
}

const root = document.getElementById("review");
if (root) new Review(root);
