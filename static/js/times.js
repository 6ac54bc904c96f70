// "12 m ago" grows old with the page.
import { relativeWords } from "./words.js";

function refresh() {
  if (document.hidden) return;
  for (const time of document.querySelectorAll("time[data-relative]")) {
    const next = relativeWords(Date.parse(time.dateTime), Date.now());
    if (time.textContent !== next) time.textContent = next;
  }
}

setInterval(refresh, 20000);
document.addEventListener("visibilitychange", refresh);
