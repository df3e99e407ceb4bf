// On a phone the filters begin folded up: the answers come first.

const narrow = matchMedia("(max-width: 767.98px)");

function foldFilters(): void {
  const rail = document.querySelector<HTMLDetailsElement>("#search-rail");
  if (rail && narrow.matches && !document.querySelector(".search-chips")) rail.open = false;
}

document.addEventListener("DOMContentLoaded", foldFilters);
document.addEventListener("htmx:afterSwap", foldFilters);
