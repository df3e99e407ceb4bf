// The large-type switch: it stays as it was left, for a year, on this device.

const YEAR_SECONDS = 365 * 24 * 3600;

document.addEventListener("click", (event) => {
  const button = (event.target as HTMLElement).closest<HTMLElement>("[data-large-type]");
  if (!button) return;
  const isLarge = document.documentElement.classList.toggle("large-type");
  button.setAttribute("aria-pressed", String(isLarge));
  document.cookie = `large_type=${isLarge ? 1 : 0}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`;
});
