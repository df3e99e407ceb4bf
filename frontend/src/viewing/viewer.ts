// The page viewer of the record page: pictures by IIIF, text over them, hits marked, everything under the keys.
//
// The page is written by the server and works without this script (one picture, links from page to page);
// the script takes the same links over. Its words come from the page too, in `data-words-…`.

import OpenSeadragon from "openseadragon";
import { Filmstrip } from "./parts/filmstrip";
import { TextLayer } from "./parts/text_layer";

// OpenSeadragon writes a style element into the head unless it finds its own mark there; the content policy refuses
// such an element. So the mark is set first, on an element that is called "style" but is none (no HTML namespace).
// The rule that it would have written stands in our own style sheet.
function keepStyleOut(): void {
  const mark = document.createElementNS(null, "style");
  mark.setAttribute("data-openseadragon-mobile-css", "");
  document.head.append(mark);
}

class PageViewer {
  private readonly osd: OpenSeadragon.Viewer;
  private readonly text: TextLayer;
  private readonly strip: Filmstrip;
  private at = 0;

  constructor(private readonly root: HTMLElement) {
    const stage = part(root, "stage");
    stage.replaceChildren();
    this.osd = OpenSeadragon({
      element: stage,
      drawer: "canvas",
      showNavigationControl: false,
      showNavigator: false,
      animationTime: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 0.3,
      visibilityRatio: 0.4,
      minZoomImageRatio: 0.7,
      maxZoomPixelRatio: 4,
      gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: true },
      gestureSettingsTouch: { pinchRotate: false },
      loadTilesWithAjax: false,
      timeout: 60000,
    });
    this.text = new TextLayer(this.osd, root.dataset.lines ?? "", root.dataset.query ?? "");
    this.strip = new Filmstrip(part(root, "strip"));
    this.osd.addHandler("open", () => this.showState("ready"));
    this.osd.addHandler("open-failed", () => this.showState("failed"));
    this.listen();
    this.show(Number(root.dataset.page ?? "1"), false);
  }

  private listen(): void {
    this.strip.onChoose = (number) => this.show(number);
    this.root.addEventListener("click", (event) => {
      const act = (event.target as HTMLElement).closest<HTMLElement>("[data-act]")?.dataset.act;
      if (act) this.act(act);
    });
    const box = this.root.querySelector<HTMLInputElement>("[data-part=number]");
    box?.addEventListener("change", () => this.show(Number(box.value)));
    document.addEventListener("keydown", (event) => {
      if (event.key !== "PageDown" && event.key !== "PageUp") return;
      if ((event.target as HTMLElement).closest("input, textarea, select, dialog[open]")) return;
      event.preventDefault();
      this.show(this.at + (event.key === "PageDown" ? 1 : -1));
    });
    addEventListener("popstate", () => {
      const page = Number(new URL(location.href).searchParams.get("page") ?? "1");
      this.show(page, false);
    });
  }

  private act(name: string): void {
    const view = this.osd.viewport;
    const acts: Record<string, () => void> = {
      next: () => this.show(this.at + 1),
      previous: () => this.show(this.at - 1),
      first: () => this.show(1),
      last: () => this.show(this.strip.count),
      "next-hit": () => this.showHit(1),
      "previous-hit": () => this.showHit(-1),
      "zoom-in": () => view.zoomBy(1.4).applyConstraints(),
      "zoom-out": () => view.zoomBy(1 / 1.4).applyConstraints(),
      fit: () => view.goHome(),
      "fit-width": () => this.fitWidth(),
      rotate: () => view.setRotation((view.getRotation() + 90) % 360),
      text: () => this.toggleText(),
      full: () => void (document.fullscreenElement ? document.exitFullscreen() : this.root.requestFullscreen()),
      again: () => this.show(this.at, false),
    };
    acts[name]?.();
  }

  // Pages are numbered from 1 within the record.
  private show(number: number, remember = true): void {
    const page = this.strip.choose(number);
    if (!page) return;
    this.at = page.number;
    this.showState("waiting");
    this.osd.viewport?.setRotation(0, true);
    this.osd.open({ tileSource: `/iiif/image/${page.id}/info.json` });
    this.text.show(page.number);
    this.showPlace(page.number);
    if (remember) {
      const address = new URL(location.href);
      address.searchParams.set("page", String(page.number));
      history.pushState(null, "", address);
    }
  }

  private showHit(step: 1 | -1): void {
    if (this.text.moveToHit(step)) return;
    const number = this.strip.nextHit(this.at, step);
    if (number) this.show(number);
  }

  private showPlace(number: number): void {
    const box = this.root.querySelector<HTMLInputElement>("[data-part=number]");
    if (box) box.value = String(number);
    for (const [act, isOff] of [["previous", number <= 1], ["next", number >= this.strip.count]] as const) {
      this.root.querySelector<HTMLButtonElement>(`[data-act=${act}]`)?.toggleAttribute("disabled", isOff);
    }
  }

  private showState(state: "waiting" | "ready" | "failed"): void {
    this.root.dataset.state = state;
    part(this.root, "failed").hidden = state !== "failed";
  }

  private fitWidth(): void {
    const size = this.osd.world.getItemAt(0)?.getBounds();
    if (!size) return;
    const view = this.osd.viewport.getBounds();
    this.osd.viewport.fitBounds(new OpenSeadragon.Rect(size.x, size.y, size.width, (size.width * view.height) / view.width));
  }

  private toggleText(): void {
    const isOn = this.text.toggle();
    this.root.querySelector("[data-act=text]")?.setAttribute("aria-pressed", String(isOn));
  }
}

function part(root: HTMLElement, name: string): HTMLElement {
  const found = root.querySelector<HTMLElement>(`[data-part=${name}]`);
  if (!found) throw new Error(`the viewer's page has no ${name}`);
  return found;
}

keepStyleOut();
for (const root of document.querySelectorAll<HTMLElement>("[data-viewer]")) new PageViewer(root);
