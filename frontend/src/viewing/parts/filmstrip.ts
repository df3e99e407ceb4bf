// The strip of small pictures: which page is shown, which pages have hits.

export interface PageAddress {
  id: string;
  number: number;
}

export class Filmstrip {
  onChoose: (number: number) => void = () => {};
  private readonly links: HTMLAnchorElement[];

  constructor(strip: HTMLElement) {
    this.links = [...strip.querySelectorAll<HTMLAnchorElement>("a[data-page-id]")];
    strip.addEventListener("click", (event) => {
      const link = (event.target as HTMLElement).closest<HTMLAnchorElement>("a[data-page-id]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.onChoose(this.links.indexOf(link) + 1);
    });
  }

  get count(): number {
    return this.links.length;
  }

  // Mark the page as the one shown and return its address; nothing when there is no such page.
  choose(number: number): PageAddress | undefined {
    const link = this.links[number - 1];
    if (!link?.dataset.pageId) return undefined;
    for (const other of this.links) other.removeAttribute("aria-current");
    link.setAttribute("aria-current", "page");
    link.scrollIntoView({ block: "nearest", inline: "nearest" });
    return { id: link.dataset.pageId, number };
  }

  // The nearest page after (or before) `number` that has a hit, going round at the ends.
  nextHit(number: number, step: 1 | -1): number | undefined {
    for (let away = 1; away <= this.count; away++) {
      const candidate = ((number - 1 + step * away + this.count * away) % this.count) + 1;
      if (this.links[candidate - 1]?.dataset.hit === "true") return candidate;
    }
    return undefined;
  }
}
