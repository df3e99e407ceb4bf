// On a phone the filters begin folded up: the answers come first.

const narrow = matchMedia("(max-width: 767.98px)");

function foldFilters(): void {
  const rail = document.querySelector<HTMLDetailsElement>("#search-rail");
  if (rail && narrow.matches) rail.open = false;
}

document.addEventListener("DOMContentLoaded", foldFilters);
document.addEventListener("htmx:afterSwap", foldFilters);

// A page whose picture is not made yet shows none, rather than a broken one.
document.addEventListener(
  "error",
  (event) => {
    if (event.target instanceof HTMLImageElement && event.target.matches(".search-hit-page")) event.target.hidden = true;
  },
  true,
);
