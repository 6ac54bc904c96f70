// What is typed into <form data-draft> is kept on this computer, for this person and this form, until the server says that
// it arrived. A draft is all that was chosen with its text: it comes back whole, or not at all.
const PREFIX = "slatrack.draft:";
// Where the draft of the form lies that this tab sent last; "" after a form that keeps none.
const SENT = "slatrack.sent";
const NOT_TYPED = new Set(["hidden", "file", "password", "submit", "button", "fieldset"]);
const person = document.body.dataset.person;
// What a form is to be filled with until somebody types: a choice may come only with the answer to another one.
const wanted = new WeakMap();

const stored = (prefix) => Object.keys(localStorage).filter((key) => key.startsWith(prefix));
const placeOf = (address) => `${PREFIX}${person}:${address}:`;
const place = (form) => placeOf(form.getAttribute("action"));
// Sent again, it is the same message: the key of the form is part of the draft, and so is what its choices were made from.
const controls = (form) => [...form.elements].filter((each) => each.name && (!NOT_TYPED.has(each.type) || each.matches("[name=submission], [data-drafted]")));
const picks = (each) => each.type === "radio" || each.type === "checkbox";
const typedInto = (each) => each.type === "textarea" || each.type === "text";

// The newest first.
function draftsAt(here) {
  const found = stored(here).map((key) => [key, JSON.parse(localStorage.getItem(key))]);
  return found.sort(([, one], [, other]) => other.at - one.at);
}

function fieldsOf(form) {
  return Object.fromEntries(controls(form).filter((each) => !picks(each) || each.checked).map((each) => [each.name, each.value]));
}

function isTouched(each) {
  if (picks(each)) return each.checked !== each.defaultChecked;
  const options = [...(each.options ?? [])];
  return each.value !== (options.length ? (options.find((option) => option.defaultSelected) ?? options[0]).value : each.defaultValue);
}

function say(form, words) {
  const note = form.querySelector("[data-draft-note]");
  if (note) note.textContent = words;
}

// Two tabs with one form are two drafts: each has its own place, and keeps it when its page is loaded again.
function keyOf(form) {
  const here = place(form);
  let own = sessionStorage.getItem(here);
  if (!own) sessionStorage.setItem(here, own = Date.now().toString(36) + Math.random().toString(36).slice(2));
  const carried = form.querySelector("input[name=draft]") ?? form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name: "draft" }));
  carried.value = own;
  return here + own;
}

function keep(form) {
  const key = keyOf(form), written = controls(form).some((each) => typedInto(each) && each.value.trim());
  const files = [...form.querySelectorAll("[type=file]")].flatMap((input) => [...input.files].map((file) => file.name));
  localStorage.removeItem(key);
  try {
    if (written) localStorage.setItem(key, JSON.stringify({ fields: fieldsOf(form), files, at: Date.now() }));
    say(form, written ? "Draft kept" : "");
  } catch {
    say(form, "There is no room on this computer to keep a draft");
  }
}

function fill(form, fields) {
  const changed = controls(form).filter((each) => {
    const value = fields[each.name];
    if (value === undefined || each.disabled) return false;
    if (picks(each)) return each.value === value && !each.checked && (each.checked = true);
    if (each.value === value || (each.options && ![...each.options].some((option) => option.value === value))) return false;
    each.value = value;
    return true;
  });
  // Only now: whoever hears of one change reads all of them.
  for (const each of changed) each.dispatchEvent(new Event("change", { bubbles: true }));
}

function restore(form) {
  if (wanted.has(form)) return fill(form, wanted.get(form));
  wanted.set(form, {});
  if (form.querySelector("[aria-invalid=true], .notice-bad") || controls(form).some(isTouched)) return;
  const here = place(form), own = here + sessionStorage.getItem(here);
  const found = draftsAt(here), [key, draft] = found.find(([key]) => key === own) ?? found[0] ?? [];
  if (!draft) return;
  // A note must not come back as a reply: where its mode is not offered, the draft waits.
  const modes = controls(form).filter((each) => each.matches("[data-effect]"));
  if (modes.length && !modes.some((each) => each.value === draft.fields[each.name])) return;
  wanted.set(form, draft.fields);
  fill(form, draft.fields);
  keep(form);
  if (key !== own) localStorage.removeItem(key);
  const details = form.closest("details");
  if (details) details.open = true;
  say(form, draft.files.length ? `Your draft is back. Add again: ${draft.files.join(", ")}` : "Your draft is back");
}

// The server names what arrived in a cookie, beside the page that shows it.
function forgetArrived() {
  for (const id of document.cookie.match(/(?:^|; )arrived=([\w.]+)/)?.[1].split(".") ?? []) {
    for (const key of stored(PREFIX)) if (key.endsWith(`:${id}`)) localStorage.removeItem(key);
    for (const here of Object.keys(sessionStorage)) if (sessionStorage.getItem(here) === id) sessionStorage.removeItem(here);
  }
}

function look() {
  forgetArrived();
  for (const words of document.querySelectorAll("[data-if-drafts]")) words.hidden = !stored(PREFIX).length;
  const kept = localStorage.getItem(sessionStorage.getItem(SENT) ?? "") !== null;
  for (const words of document.querySelectorAll("[data-if-kept], [data-unless-kept]")) words.hidden = kept !== words.matches("[data-if-kept]");
  if (!person) return;
  document.querySelectorAll("form[data-draft]").forEach(restore);
  for (const box of document.querySelectorAll("[data-draft-of]")) {
    const [, draft] = draftsAt(placeOf(box.dataset.draftOf))[0] ?? [];
    box.hidden = !draft;
    box.querySelector("textarea").value = draft?.fields.body ?? "";
  }
}

function keepIfDraft(event) {
  const form = event.target.closest?.("form[data-draft]");
  if (!person || !form) return;
  wanted.set(form, {});
  keep(form);
}

document.addEventListener("input", keepIfDraft);
// The browser may have brought text back by itself, of which no input tells.
document.addEventListener("submit", keepIfDraft, { capture: true });
document.addEventListener("submit", ({ target: form }) => {
  if (person) sessionStorage.setItem(SENT, form.matches("[data-draft]") ? keyOf(form) : "");
}, { capture: true });
document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-sign-out]")) return;
  for (const key of stored(PREFIX)) if (!key.startsWith(`${PREFIX}${person}:`)) localStorage.removeItem(key);
});
// After htmx, which has to hear what restoring changes.
document.addEventListener("DOMContentLoaded", look);
document.addEventListener("htmx:load", look);
