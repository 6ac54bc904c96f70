// Editing an agreement: numbered lines beside its text, the way from a problem to its line, and a question before leaving.
const LINE = 1.5;

function number(editor) {
  const text = editor.querySelector("textarea"), gutter = editor.querySelector(".source-gutter");
  if (!text || !gutter) return;
  const wrong = new Set((editor.dataset.wrongLines ?? "").split(",").map(Number));
  const draw = () => {
    const lines = text.value.split("\n").length;
    if (gutter.childElementCount !== lines) {
      gutter.replaceChildren(...Array.from({ length: lines }, (_, at) => {
        const mark = document.createElement("span");
        mark.textContent = at + 1;
        mark.classList.toggle("is-wrong", wrong.has(at + 1));
        return mark;
      }));
    }
    gutter.style.top = `${text.offsetTop + 1}px`;
    gutter.style.left = `${text.offsetLeft + 1}px`;
    gutter.style.height = `${text.clientHeight}px`;
    gutter.scrollTop = text.scrollTop;
  };
  text.addEventListener("input", draw);
  text.addEventListener("scroll", () => { gutter.scrollTop = text.scrollTop; });
  new ResizeObserver(draw).observe(text);
  draw();
}

function goTo(text, line) {
  const lines = text.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
  text.focus({ preventScroll: true });
  text.setSelectionRange(start, start + (lines[line - 1] ?? "").length);
  const height = parseFloat(getComputedStyle(text).fontSize) * LINE;
  text.scrollTop = Math.max(0, (line - 1) * height - text.clientHeight / 2);
  text.scrollIntoView({ block: "nearest" });
}

document.querySelectorAll("[data-source-editor]").forEach(number);
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-go-to-line]");
  const text = document.querySelector("[data-source-editor] textarea");
  if (!link || !text) return;
  event.preventDefault();
  goTo(text, Number(link.dataset.goToLine));
});

// A link to a field inside a folded card unfolds it; the fragment alone would lead nowhere.
document.addEventListener("click", (event) => {
  const link = event.target.closest(".edit-problems a[href^='#']");
  const field = link && document.getElementById(link.getAttribute("href").slice(1));
  if (!field) return;
  event.preventDefault();
  for (let at = field; at; at = at.parentElement) if (at instanceof HTMLDetailsElement) at.open = true;
  field.scrollIntoView({ block: "center" });
  field.focus({ preventScroll: true });
});

// What was added is where one goes on typing.
document.addEventListener("htmx:afterSettle", () => {
  const added = document.querySelector(".edit-card[data-new]");
  if (!added) return;
  added.removeAttribute("data-new");
  added.scrollIntoView({ block: "nearest" });
  added.querySelector("input:not([type=hidden]), textarea, select")?.focus({ preventScroll: true });
});

const dirty = () => document.querySelector("form[data-dirty]");
document.addEventListener("input", (event) => {
  event.target.closest("#edit-form, form:has([data-source-editor])")?.setAttribute("data-dirty", "");
});
let leaving = false;
// With something typed, the list of sections leads there without losing it.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-section]");
  const form = dirty()?.closest("#edit-form");
  if (!link || !form || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  event.preventDefault();
  const go = form.querySelector("button[name=do][value=go]");
  form.elements.go.value = link.dataset.section;
  form.requestSubmit(go);
});
document.addEventListener("submit", () => { leaving = true; });
document.addEventListener("click", (event) => { if (event.target.closest("[data-forget]")) leaving = true; });
window.addEventListener("beforeunload", (event) => { if (dirty() && !leaving) event.preventDefault(); });
