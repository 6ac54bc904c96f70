// Counts business time down in place, from the server's instants: the browser's own clock may be wrong, so only the time
// passed since the clock came to the page is taken from it. The countdown stands still while the calendar is closed.
import { leftWords } from "./words.js";

const arrived = new WeakMap();

// Milliseconds of open time in [from, to), for a calendar known until its next two changes.
export function openBetween(from, to, openUntil, opensAt) {
  const closedNow = opensAt !== null && (openUntil === null || opensAt <= openUntil);
  const overlap = (start, end) => Math.max(0, Math.min(to, end) - Math.max(from, start));
  if (closedNow) return overlap(opensAt, openUntil ?? Infinity);
  return overlap(-Infinity, openUntil ?? Infinity) + (opensAt === null ? 0 : overlap(opensAt, Infinity));
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
  const start = instant(asOf), now = start + (Date.now() - arrived.get(clock));
  const remaining = Number(left) - openBetween(start, now, instant(openUntil), instant(opensAt)) / 1000;
  if (remaining <= 0 && state !== "breached") become(clock, "breached");
  else if (state === "running" && warnLeft !== undefined && remaining <= Number(warnLeft)) become(clock, "warning");
  // At the due instant itself there is nothing left and nothing over yet; the state decides which it reads.
  const next = clock.dataset.state === "breached" && remaining >= 0 ? "0 m over" : leftWords(remaining);
  for (const words of clock.querySelectorAll("[data-clock-words]")) if (words.textContent !== next) words.textContent = next;
  if (total) clock.querySelector("[data-clock-bar]")?.setAttribute("x", Math.min(100, 100 - (100 * remaining) / Number(total)).toFixed(2));
}

function tick() {
  if (document.hidden) return;
  for (const clock of document.querySelectorAll("[data-clock][data-left]")) {
    if (["running", "warning", "breached"].includes(clock.dataset.state)) show(clock);
  }
}

tick();
setInterval(tick, 1000);
document.addEventListener("visibilitychange", tick);
document.addEventListener("htmx:load", tick);
