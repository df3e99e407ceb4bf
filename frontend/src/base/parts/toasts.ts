// Short words in the corner: Django's messages, and what htmx answers with `HX-Trigger: {"toast": …}`.

export type Tone = "celadon" | "amber" | "red" | "indigo";

const ICONS: Record<Tone, string> = {
  celadon: "check-circle-fill",
  amber: "exclamation-triangle-fill",
  red: "exclamation-octagon-fill",
  indigo: "info-circle-fill",
};
const STAYS_MS = 8000;

export function showToast(words: string, tone: Tone = "celadon"): void {
  const pattern = document.getElementById("toast-pattern") as HTMLTemplateElement | null;
  const toast = pattern?.content.firstElementChild?.cloneNode(true) as HTMLElement | undefined;
  if (!toast) return;
  toast.className = `toast toast-${tone}`;
  const icon = toast.querySelector("use");
  icon?.setAttribute("href", (icon.getAttribute("href") ?? "").replace(/#.*/, `#${ICONS[tone]}`));
  const place = toast.querySelector("p");
  if (place) place.textContent = words;
  document.getElementById("toasts")?.append(toast);
  leaveLater(toast);
}

// Good news leaves by itself; a fault stays until it is dismissed.
function leaveLater(toast: HTMLElement): void {
  if (toast.classList.contains("toast-red") || toast.classList.contains("toast-amber")) return;
  setTimeout(() => toast.remove(), STAYS_MS);
}

document.addEventListener("toast", (event) => {
  const { text, tone } = (event as CustomEvent<{ text: string; tone?: Tone }>).detail;
  showToast(text, tone);
});

for (const toast of document.querySelectorAll<HTMLElement>("#toasts > .toast")) leaveLater(toast);
