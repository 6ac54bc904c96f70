// Keys: whatever carries data-hotkey is reached by it; j and k walk the rows of [data-rows]; ? lists what there is.
import { install, uninstall } from "../vendor/hotkey/index.js";

const installed = new Set();

function refresh() {
  for (const element of installed) {
    if (!element.isConnected) {
      uninstall(element);
      installed.delete(element);
    }
  }
  for (const element of document.querySelectorAll("[data-hotkey]")) {
    if (installed.has(element)) continue;
    install(element, element.dataset.hotkey);
    installed.add(element);
  }
}

const NAMES = { Control: "Ctrl", ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc", Mod: "Ctrl" };

function keyCaps(keys) {
  return keys.split(",")[0].split(/[ +]/).filter(Boolean).map((key) => {
    const cap = document.createElement("kbd");
    cap.textContent = NAMES[key] ?? key;
    return cap;
  });
}

function fillHelp(list) {
  const entries = new Map();
  for (const element of document.querySelectorAll("[data-hotkey], [data-keys]")) {
    const label = element.dataset.hotkeyLabel ?? element.querySelector(".rail-label")?.textContent ?? element.getAttribute("aria-label") ?? element.textContent.trim();
    if (label) entries.set(label.trim(), element.dataset.keys ?? element.dataset.hotkey);
  }
  if (document.querySelector("[data-rows]")) {
    entries.set("Next row", "j");
    entries.set("Previous row", "k");
    entries.set("Open the row", "Enter");
  }
  entries.set("This help", "?");
  list.replaceChildren();
  for (const [label, keys] of entries) {
    const term = document.createElement("dt"), value = document.createElement("dd");
    term.textContent = label;
    keyCaps(keys).forEach((cap, index) => value.append(index ? " " : "", cap));
    list.append(term, value);
  }
}

function typing(target) {
  return target.closest?.("input, textarea, select, [contenteditable], dialog[open]");
}

function walk(step) {
  const rows = [...document.querySelectorAll("[data-rows] > [data-row]")];
  if (!rows.length) return;
  const here = rows.findIndex((row) => row.classList.contains("is-here"));
  const next = rows[Math.min(Math.max(here + step, 0), rows.length - 1)];
  rows[here]?.classList.remove("is-here");
  next.classList.add("is-here");
  next.querySelector("a.row-subject")?.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (event.metaKey || event.ctrlKey || event.altKey) return;
  if (event.key === "Escape" && event.target.matches?.("input[type=search]")) event.target.blur();
  if (typing(event.target)) return;
  if (event.key === "j") walk(1);
  else if (event.key === "k") walk(-1);
  else if (event.key === "?") {
    const help = document.getElementById("hotkey-help");
    if (!help) return;
    fillHelp(help.querySelector("[data-hotkey-list]"));
    help.showModal();
  } else return;
  event.preventDefault();
});

// A row is a large target: a click anywhere in it that is not on something else opens its subject.
document.addEventListener("click", (event) => {
  const row = event.target.closest("[data-row]");
  if (!row || event.target.closest("a, button, input, label, details, .tip") || getSelection().toString()) return;
  row.querySelector("a.row-subject")?.click();
});

refresh();
document.addEventListener("htmx:load", refresh);
