// Counts business time down in place, from the server's instants: the browser's own clock may be wrong, so only the time
// passed since the clock came to the page is taken from it. The clock stands still while the calendar is closed, and
// goes on by itself when it opens.
import { leftWords } from "./words.js";

const arrived = new WeakMap();

// The open hours, [start, end) in milliseconds, for a calendar known until its next two changes.
function openHours(openUntil, opensAt) {
  const end = openUntil ?? Infinity;
  if (opensAt === null) return [[-Infinity, end]];
  return opensAt < end ? [[opensAt, end]] : [[-Infinity, end], [opensAt, Infinity]];
}

function instant(text) {
  return text ? Date.parse(text) : null;
}

function become(clock, state) {
  clock.classList.remove(`clock-is-${clock.dataset.state}`);
  clock.classList.add(`clock-is-${state}`);
  clock.dataset.state = state;
  const drawing = document.querySelector(`template[data-clock-icon="${state}"]`);
  if (drawing) clock.querySelector(".clock-icon")?.replaceChildren(drawing.content.cloneNode(true));
}

function show(clock) {
  const { left, asOf, openUntil, opensAt, total, warnLeft, state } = clock.dataset;
  if (!arrived.has(clock)) arrived.set(clock, Date.now());
  const asked = instant(asOf), now = asked + (Date.now() - arrived.get(clock)), opening = instant(opensAt);
  const hours = openHours(instant(openUntil), opening);
  const passed = hours.reduce((sum, [from, to]) => sum + Math.max(0, Math.min(now, to) - Math.max(asked, from)), 0);
  const remaining = Number(left) - passed / 1000, isOpen = hours.some(([from, to]) => from <= now && now < to);
  const running = warnLeft !== undefined && remaining <= Number(warnLeft) ? "warning" : "running";
  const wanted = remaining <= 0 ? "breached" : isOpen ? running : "standing";
  if (state !== "breached" && state !== wanted) become(clock, wanted);
  // An opening that has been tells nothing of the next.
  for (const opens of clock.querySelectorAll("[data-clock-opens]")) opens.hidden = clock.dataset.state !== "standing" || opening <= now;
  // At the due instant itself there is nothing left and nothing over yet; the state decides which it reads.
  const next = clock.dataset.state === "breached" && remaining >= 0 ? "0 m over" : leftWords(remaining);
  for (const words of clock.querySelectorAll("[data-clock-words]")) if (words.textContent !== next) words.textContent = next;
  if (total) clock.querySelector("[data-clock-bar]")?.setAttribute("x", Math.min(100, 100 - (100 * remaining) / Number(total)).toFixed(2));
}

function tick() {
  if (document.hidden) return;
  for (const clock of document.querySelectorAll("[data-clock][data-left]")) {
    if (["running", "standing", "warning", "breached"].includes(clock.dataset.state)) show(clock);
  }
}

tick();
setInterval(tick, 1000);
document.addEventListener("visibilitychange", tick);
document.addEventListener("htmx:load", tick);
