// The words of a page, laid over its picture where they stand, to be selected, copied and marked.
//
// Drawn as SVG in the pixels of the page, so that it grows with the picture by itself.

import OpenSeadragon from "openseadragon";

interface Line {
  text: string;
  box_px: [number, number, number, number];
  marks: [number, number][];
}

interface PageLines {
  width_px: number;
  height_px: number;
  lines: Line[];
}

const SVG = "http://www.w3.org/2000/svg";

export class TextLayer {
  private isOn = !matchMedia("(pointer: coarse)").matches;
  private layer: SVGSVGElement | undefined;
  private wanted = 0;
  private hit = -1;

  constructor(
    private readonly osd: OpenSeadragon.Viewer,
    private readonly address: string,
    private readonly query: string,
  ) {}

  // Fetch and lay down the words of page `number`; a page without words has no layer.
  show(number: number): void {
    this.wanted = number;
    this.layer = undefined;
    this.hit = -1;
    const address = new URL(this.address.replace("/0/", `/${number}/`), location.href);
    if (this.query) address.searchParams.set("q", this.query);
    const lines = fetch(address, { headers: { Accept: "application/json" } }).then((answer) =>
      answer.ok ? (answer.json() as Promise<PageLines>) : undefined,
    );
    const opened = new Promise<void>((done) => this.osd.addOnceHandler("open", () => done()));
    void Promise.all([lines, opened]).then(([page]) => {
      if (page && this.wanted === number) this.lay(page);
    });
  }

  toggle(): boolean {
    this.isOn = !this.isOn;
    this.layer?.classList.toggle("is-on", this.isOn);
    return this.isOn;
  }

  // Go to the next (or previous) hit on this page; false when there is none further.
  moveToHit(step: 1 | -1): boolean {
    const hits = [...(this.layer?.querySelectorAll<SVGRectElement>("rect") ?? [])];
    const next = this.hit < 0 && step < 0 ? hits.length - 1 : this.hit + step;
    const rect = hits[next];
    if (!rect) return false;
    hits[this.hit]?.classList.remove("is-at");
    rect.classList.add("is-at");
    this.hit = next;
    const item = this.osd.world.getItemAt(0);
    const [x, y, width, height] = ["x", "y", "width", "height"].map((name) => Number(rect.getAttribute(name)));
    if (item && x !== undefined && y !== undefined && width !== undefined && height !== undefined) {
      this.osd.viewport.panTo(item.imageToViewportCoordinates(x + width / 2, y + height / 2));
    }
    return true;
  }

  private lay(page: PageLines): void {
    const item = this.osd.world.getItemAt(0);
    if (!item || !page.lines.length) return;
    const layer = document.createElementNS(SVG, "svg");
    layer.setAttribute("class", `text-layer${this.isOn ? " is-on" : ""}`);
    layer.setAttribute("viewBox", `0 0 ${page.width_px} ${page.height_px}`);
    layer.setAttribute("preserveAspectRatio", "none");
    for (const line of page.lines) layer.append(...drawn(line));
    // selecting must not move the picture
    for (const kind of ["pointerdown", "click", "dblclick"]) {
      layer.addEventListener(kind, (event) => {
        if ((event.target as Element).tagName === "text") event.stopPropagation();
      });
    }
    this.osd.addOverlay({ element: layer as unknown as HTMLElement, location: item.getBounds(true) });
    this.layer = layer;
  }
}

function* drawn(line: Line): Iterable<SVGElement> {
  const [left, top, right, bottom] = line.box_px;
  const isUpright = bottom - top > 1.5 * (right - left) && line.text.length > 1;
  const length = isUpright ? bottom - top : right - left;
  const ends = offsets(line.text);
  const whole = ends[line.text.length] || 1;
  for (const [start, end] of line.marks) {
    const from = ((ends[start] ?? 0) / whole) * length;
    const span = (((ends[end] ?? whole) - (ends[start] ?? 0)) / whole) * length;
    yield isUpright ? rectangle(left, top + from, right - left, span) : rectangle(left + from, top, span, bottom - top);
  }
  const text = document.createElementNS(SVG, "text");
  const thickness = isUpright ? right - left : bottom - top;
  text.textContent = `${line.text}\n`;
  text.setAttribute("font-size", String(thickness * 0.86));
  text.setAttribute("textLength", String(length));
  text.setAttribute("lengthAdjust", "spacingAndGlyphs");
  text.setAttribute("x", String(isUpright ? left + thickness / 2 : left));
  text.setAttribute("y", String(isUpright ? top : bottom - thickness * 0.18));
  if (isUpright) text.setAttribute("class", "is-upright");
  yield text;
}

function rectangle(x: number, y: number, width: number, height: number): SVGRectElement {
  const rect = document.createElementNS(SVG, "rect");
  for (const [name, value] of Object.entries({ x, y, width, height })) rect.setAttribute(name, String(value));
  return rect;
}

// Where each character begins, in widths of a Chinese character; Latin letters and figures take about half.
function offsets(text: string): number[] {
  const places = [0];
  let at = 0;
  for (const character of text.split("")) {
    at += character.charCodeAt(0) < 0x2e80 ? 0.52 : 1;
    places.push(at);
  }
  return places;
}
