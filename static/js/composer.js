// The composer says what sending will do, and Ctrl+Enter sends.
function describe(form) {
  const chosen = form.querySelector("[data-effect]:checked");
  if (!chosen) return;
  const effect = form.querySelector("[data-composer-effect]");
  if (effect) effect.textContent = chosen.dataset.effect;
  form.dataset.tone = chosen.dataset.tone;
}

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-composer]");
  if (form && event.target.matches("[data-effect]")) describe(form);
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const form = event.target.closest?.("form[data-composer]");
  if (!form) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector("button:not([type=button])"));
});
const describeAll = () => document.querySelectorAll("form[data-composer]").forEach(describe);
describeAll();
document.addEventListener("htmx:load", describeAll);
// A refusal puts the reader where something is to be mended, as a whole page does by itself.
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.xhr?.status === 422) event.detail.elt.querySelector("[aria-invalid=true]")?.focus();
});
