// Quality control under the keys: j and k go from page to page, s scans again, o leaves it as the original is, e takes it
// as good enough, u takes the last decision back. Without this script the forms still work.

const KEYS: Record<string, string> = { s: "rescan", o: "accept", e: "dismiss" };

class Quality {
  private lastDecided = "";

  constructor(private readonly root: HTMLElement) {
    document.addEventListener("keydown", (event) => this.onKey(event));
    root.addEventListener("focusin", (event) => {
      const card = (event.target as HTMLElement).closest<HTMLElement>(".quality-card");
      if (card) this.show(card);
    });
    root.addEventListener("click", (event) => this.onClick(event));
    root.addEventListener("submit", (event) => this.note(event.target as HTMLElement));
    document.body.addEventListener("htmx:afterSwap", () => this.afterDecision());
    root.classList.add("quality-live");
    const first = this.waiting()[0];
    if (first) this.take(first);
  }

  private cards(): HTMLElement[] {
    return [...this.root.querySelectorAll<HTMLElement>(".quality-card")];
  }

  private waiting(): HTMLElement[] {
    return this.cards().filter((card) => card.dataset.open !== undefined);
  }

  private current(): HTMLElement | null {
    return this.root.querySelector<HTMLElement>(".quality-card.is-current");
  }

  private onKey(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (target.closest("input[type=text], input[type=search], textarea, select, dialog[open]")) return;
    if (event.key === "j" || event.key === "k") {
      event.preventDefault();
      this.step(event.key === "j" ? 1 : -1);
      return;
    }
    const act = KEYS[event.key];
    if (act) {
      this.press(this.current(), act);
    } else if (event.key === "u" && this.lastDecided) {
      this.press(document.getElementById(this.lastDecided), "undo");
    }
  }

  // A thumbnail shows its page on the stage; on a phone, where there is no stage, it opens the picture.
  private onClick(event: MouseEvent): void {
    const thumb = (event.target as HTMLElement).closest(".quality-thumb");
    const stage = this.root.querySelector<HTMLElement>(".quality-stage");
    if (!thumb || !stage || getComputedStyle(stage).display === "none") return;
    event.preventDefault();
    const card = thumb.closest<HTMLElement>(".quality-card");
    if (card) this.take(card);
  }

  private step(by: number): void {
    const cards = this.cards();
    const here = this.current();
    const next = cards[(here ? cards.indexOf(here) : -1) + by];
    if (next) this.take(next);
  }

  private press(card: HTMLElement | null, act: string): void {
    card?.querySelector<HTMLButtonElement>(`[data-quality=${act}]`)?.click();
  }

  private note(form: HTMLElement): void {
    this.lastDecided = form.closest(".quality-card")?.id ?? "";
  }

  private afterDecision(): void {
    const next = this.waiting()[0];
    if (next) this.take(next);
    else if (this.root.dataset.next) location.assign(this.root.dataset.next);
  }

  private take(card: HTMLElement): void {
    card.focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest" });
    this.show(card);
  }

  private show(card: HTMLElement): void {
    for (const other of this.cards()) other.classList.toggle("is-current", other === card);
    const picture = this.root.querySelector<HTMLImageElement>(".quality-picture");
    const address = card.dataset.picture;
    if (!picture || !address || picture.getAttribute("src") === address) return;
    picture.src = address;
    picture.alt = card.dataset.alt ?? "";
  }
}

const root = document.getElementById("quality");
if (root) new Quality(root);
