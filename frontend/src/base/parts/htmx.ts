// htmx with what a strict policy and a screen reader need of it.

import htmx from "htmx.org";
import { showToast } from "./toasts";

declare global {
  interface Window {
    htmx: typeof htmx;
  }
}

window.htmx = htmx;

document.addEventListener("htmx:responseError", (event) => {
  const request = (event as CustomEvent<{ xhr: XMLHttpRequest }>).detail.xhr;
  showToast(wordsOf(request), "red");
});

document.addEventListener("htmx:sendError", () => {
  showToast(document.documentElement.lang.startsWith("en") ? "No connection. Nothing was sent; try again." : "网络不通，内容未发出，请重试。", "red");
});

// A refusal comes back as a whole page; its heading and sentence are what the person needs here.
function wordsOf(request: XMLHttpRequest): string {
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  const words = page.querySelector(".error-page h1 + p")?.textContent?.trim();
  return words || page.querySelector(".error-page h1")?.textContent?.trim() || `${request.status} ${request.statusText}`;
}
