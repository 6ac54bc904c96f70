// What is typed into <form data-draft="key"> survives a closed tab, on this computer only.
const PREFIX = "slatrack.draft:";
const box = (form) => form.querySelector("textarea");

function read(key) {
  try { return JSON.parse(localStorage.getItem(PREFIX + key)); } catch { return null; }
}

function write(key, draft) {
  try {
    if (draft?.text) localStorage.setItem(PREFIX + key, JSON.stringify(draft));
    else localStorage.removeItem(PREFIX + key);
  } catch { /* Storage is full or forbidden: the draft then lives only in the page. */ }
}

function restore(form) {
  if (form.dataset.draftSeen) return;
  form.dataset.draftSeen = "yes";
  const draft = read(form.dataset.draft), text = box(form);
  if (!draft || !text) return;
  if (draft.sent && !form.querySelector(".is-invalid, .notice-bad")) return write(form.dataset.draft, null);
  if (!text.value.trim()) {
    text.value = draft.text;
    const note = form.querySelector("[data-draft-note]");
    if (note) note.textContent = "Your draft is back";
  }
}

let timer;
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-draft]");
  if (!form || event.target !== box(form)) return;
  clearTimeout(timer);
  timer = setTimeout(() => {
    write(form.dataset.draft, { text: event.target.value });
    const note = form.querySelector("[data-draft-note]");
    if (note) note.textContent = event.target.value ? "Draft kept" : "";
  }, 400);
});
document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-draft]");
  if (!form || !box(form)) return;
  clearTimeout(timer);
  write(form.dataset.draft, { text: box(form).value, sent: true });
});
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form[data-draft]");
  if (form) write(form.dataset.draft, event.detail.successful ? null : { text: box(form)?.value });
});
const restoreAll = () => document.querySelectorAll("form[data-draft]").forEach(restore);
restoreAll();
document.addEventListener("htmx:load", restoreAll);
