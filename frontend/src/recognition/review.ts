// The review of recognition under the keys: focusing a value lights its place on the page, Enter accepts, Tab goes on,
// Esc skips, Ctrl+Z takes the last decision back. The values of a set are crossed out where they are wrong and taken in
// one act. Without this script the forms still work, one decision to a page load.

type Box = [number, number, number, number];
type Entry = HTMLTextAreaElement | HTMLInputElement;

const MARGIN_PX = 8; // air around the lit place, in pixels of the page
const ENTRIES = ".review-field textarea, .review-text";
const PLACED = ".review-field[data-box], .review-value[data-box]";

class Review {
  private zoomed = false;

  constructor(private readonly root: HTMLElement) {
    root.addEventListener("focusin", (event) => this.lightFor(event.target as HTMLElement));
    root.addEventListener("keydown", (event) => this.onKey(event));
    root.addEventListener("click", (event) => take((event.target as HTMLElement).closest("[data-guess]")));
    root.addEventListener("input", (event) => grow(event.target as HTMLElement));
    root.addEventListener("change", (event) => showCross(event.target as HTMLElement));
    document.addEventListener("keydown", (event) => this.onPageKey(event));
    document.body.addEventListener("htmx:afterSwap", (event) => this.afterDecision(event as CustomEvent));
    addEventListener("resize", () => this.redraw());
    for (const image of root.querySelectorAll(".review-picture img")) {
      image.addEventListener("load", () => this.redraw());
    }
    this.prepare();
    this.focus(this.begin());
  }

  // The buttons leave the way of Tab, which goes from value to value; their keys are Enter and Ctrl+Backspace.
  private prepare(): void {
    this.root.querySelectorAll<HTMLElement>("textarea").forEach(grow);
    for (const button of this.root.querySelectorAll<HTMLElement>("[data-review=accept], [data-review=refuse]")) {
      button.tabIndex = -1;
    }
    this.drawSpots();
  }

  // Values in folded parts are out of the way of the keys until somebody opens them.
  private entries(): Entry[] {
    return [...this.root.querySelectorAll<Entry>(ENTRIES)].filter((entry) => !entry.closest("details:not([open])"));
  }

  private begin(): Entry | undefined {
    const wanted = document.getElementById(`value-${this.root.dataset.at ?? ""}`);
    return (wanted as Entry | null) ?? this.entries()[0];
  }

  private onKey(event: KeyboardEvent): void {
    const entry = (event.target as HTMLElement).closest<Entry>(ENTRIES);
    const form = entry?.closest("form");
    if (!entry || !form || event.isComposing) return;
    const strong = event.ctrlKey || event.metaKey;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      press(form, "accept");
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      entry.value = entry.defaultValue;
      this.skip(form);
    } else if (event.key === "Backspace" && strong && event.shiftKey) {
      event.preventDefault();
      this.root.querySelector<HTMLElement>("[data-review=rest]")?.click();
    } else if (event.key === "Backspace" && strong) {
      event.preventDefault();
      this.refuse(entry, form);
    } else if (event.altKey && /^[1-9]$/.test(event.key)) {
      event.preventDefault();
      take(form.querySelectorAll<HTMLElement>("[data-guess]")[Number(event.key) - 1]);
    } else if (event.key === "z" && strong && !event.shiftKey && entry.value === entry.defaultValue) {
      event.preventDefault();
      takeBack();
    } else if (entry.matches(".review-text") && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      this.step(entry, event.key === "ArrowDown" ? 1 : -1);
    }
  }

  private onPageKey(event: KeyboardEvent): void {
    if ((event.target as HTMLElement).closest("input, textarea, select, dialog[open]")) return;
    if (event.key === "+" || event.key === "=" || event.key === "-") {
      this.zoomed = event.key !== "-";
      this.root.classList.toggle("review-zoomed", this.zoomed);
      this.redraw();
    } else if (event.key === "z" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      takeBack();
    }
  }

  private refuse(entry: Entry, form: HTMLFormElement): void {
    const cross = entry.closest(".review-value")?.querySelector<HTMLInputElement>(".review-cross input");
    if (!cross) {
      press(form, "refuse");
      return;
    }
    cross.checked = !cross.checked;
    showCross(cross);
    const next = this.entries()[this.entries().indexOf(entry) + 1];
    if (next && next.closest("form") === form) this.focus(next);
  }

  private step(entry: Entry, by: number): void {
    const entries = this.entries();
    this.focus(entries[entries.indexOf(entry) + by]);
  }

  private skip(form: HTMLFormElement): void {
    form.dataset.skipped = "";
    this.onward(form);
  }

  // Goes to the first value behind `form` that nobody has skipped, else to the first before it, else to the next record.
  private onward(form: Element | null): void {
    const open = this.entries().filter((entry) => {
      const own = entry.closest<HTMLElement>("form");
      return own !== form && own?.dataset.skipped === undefined && !entry.closest("details");
    });
    const behind = open.find((entry) => form && form.compareDocumentPosition(entry) & Node.DOCUMENT_POSITION_FOLLOWING);
    const next = behind ?? open[0];
    if (next) this.focus(next);
    else this.goOn();
  }

  // `event.target` is what took the place of the form; a fault in it keeps the focus, anything else lets it go on.
  private afterDecision(event: CustomEvent): void {
    const target = (event as CustomEvent<{ requestConfig?: { elt?: HTMLElement } }>).detail.requestConfig?.elt;
    if (!target?.matches(".review-field, .review-set")) return;
    this.prepare();
    const here = document.getElementById(target.id);
    // Not by its class: htmx lets the new form wear the old one's for a moment.
    const wrong = here?.querySelector("[role=alert]") ? here.querySelector<Entry>(ENTRIES) : null;
    if (wrong) this.focus(wrong);
    else this.onward(here ?? this.last());
  }

  // A set is replaced by lines with names of their own; the way goes on behind the last of them.
  private last(): Element | null {
    return [...this.root.querySelectorAll(".review-done")].pop() ?? null;
  }

  private focus(entry: Entry | undefined): void {
    if (!entry) return;
    entry.focus({ preventScroll: false });
    entry.setSelectionRange(entry.value.length, entry.value.length);
  }

  private goOn(): void {
    const next = this.root.dataset.next;
    if (next) location.assign(next);
  }

  private redraw(): void {
    this.drawSpots();
    if (document.activeElement) this.lightFor(document.activeElement as HTMLElement);
  }

  private lightFor(target: HTMLElement): void {
    const holder = target.closest<HTMLElement>(PLACED);
    if (holder) this.light(holder);
  }

  // Shows the page of a value and lays the light over its place; the picture may be shown at any size.
  private light(holder: HTMLElement): void {
    const mine = this.pageOf(holder);
    for (const page of this.root.querySelectorAll<HTMLElement>(".review-page")) {
      const light = page.querySelector<HTMLElement>(".review-light");
      if (mine) page.hidden = page !== mine;
      if (light) light.hidden = page !== mine || !lay(light, page, holder);
      if (light && !light.hidden) this.bringIntoView(page, light);
    }
  }

  private pageOf(holder: HTMLElement): HTMLElement | null {
    const id = holder.dataset.page;
    return id ? this.root.querySelector<HTMLElement>(`.review-page[data-page="${id}"]`) : null;
  }

  // The places of all values that wait are marked faintly, so that the eye finds the next before the light is there.
  private drawSpots(): void {
    for (const spot of this.root.querySelectorAll(".review-spot")) spot.remove();
    for (const holder of this.root.querySelectorAll<HTMLElement>(PLACED)) {
      const page = this.pageOf(holder);
      if (!page || holder.closest("details:not([open])")) continue;
      const spot = document.createElement("div");
      spot.className = "review-spot";
      if (lay(spot, page, holder)) page.querySelector(".review-picture")?.append(spot);
    }
  }

  private bringIntoView(page: HTMLElement, light: HTMLElement): void {
    const stage = page.closest<HTMLElement>(".review-stage");
    if (!stage) return;
    const area = stage.getBoundingClientRect();
    const spot = light.getBoundingClientRect();
    const seen = spot.top >= area.top + 24 && spot.bottom <= area.bottom - 24;
    const beside = spot.left >= area.left && spot.right <= area.right;
    if (seen && beside) return; // what is in sight already is not moved
    stage.scrollTo({
      left: stage.scrollLeft + spot.left + spot.width / 2 - area.left - area.width / 2,
      top: stage.scrollTop + spot.top + spot.height / 2 - area.top - area.height / 2,
    });
  }
}

// Lays `mark` over the place of `holder` on the shown picture; false where there is no place.
function lay(mark: HTMLElement, page: HTMLElement, holder: HTMLElement): boolean {
  const image = page.querySelector("img");
  const box = numbers(holder.dataset.box) as Box;
  const [width, height] = numbers(page.dataset.size);
  if (!image || !image.complete || !image.naturalWidth || box.length !== 4 || !width || !height) return false;
  if (box[2] <= box[0] || box[3] <= box[1]) return false;
  const across = image.clientWidth / width;
  const down = image.clientHeight / height;
  mark.style.left = `${(box[0] - MARGIN_PX) * across}px`;
  mark.style.top = `${(box[1] - MARGIN_PX) * down}px`;
  mark.style.width = `${(box[2] - box[0] + 2 * MARGIN_PX) * across}px`;
  mark.style.height = `${(box[3] - box[1] + 2 * MARGIN_PX) * down}px`;
  return true;
}

function press(form: HTMLFormElement, decision: string): void {
  form.querySelector<HTMLButtonElement>(`[data-review=${decision}]`)?.click();
}

function takeBack(): void {
  (document.getElementById("take-back") as HTMLFormElement | null)?.requestSubmit();
}

function showCross(target: HTMLElement): void {
  const value = target.closest<HTMLElement>(".review-value");
  if (!(target instanceof HTMLInputElement) || target.type !== "checkbox" || !value) return;
  value.toggleAttribute("data-crossed", target.checked);
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

// Shows all lines of a value. By rows, not by a style: htmx copies attributes, and the content policy refuses styles.
function grow(target: HTMLElement): void {
  if (!(target instanceof HTMLTextAreaElement) || !target.getClientRects().length) return;
  const shown = getComputedStyle(target);
  const air = parseFloat(shown.paddingTop) + parseFloat(shown.paddingBottom);
  target.rows = 1;
  target.rows = Math.max(Math.round((target.scrollHeight - air) / parseFloat(shown.lineHeight)), 1);
}

const root = document.getElementById("review");
if (root) new Review(root);
