// The queue on the keyboard: x ticks the row you are on, o opens it. One box ticks the whole page; the bar counts.
const boxes = () => [...document.querySelectorAll("[data-rows] input[name=number]")];

function count() {
  const words = document.querySelector("[data-bulk-count]"), ticked = boxes().filter((box) => box.checked).length;
  if (words) words.textContent = ticked === 1 ? "1 ticket" : `${ticked} tickets`;
  const all = document.querySelector("[data-pick-all]");
  if (all) {
    all.checked = ticked > 0 && ticked === boxes().length;
    all.indeterminate = ticked > 0 && ticked < boxes().length;
  }
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-pick-all]")) for (const box of boxes()) box.checked = event.target.checked;
  if (event.target.closest(".bulk")) count();
});
document.addEventListener("keydown", (event) => {
  if (event.metaKey || event.ctrlKey || event.altKey || event.target.closest?.("input:not([type=checkbox]), textarea, select, dialog[open]")) return;
  const row = document.querySelector("[data-rows] > .is-here");
  if (!row) return;
  if (event.key === "x") {
    const box = row.querySelector("input[name=number]");
    if (!box) return;
    box.checked = !box.checked;
    count();
  } else if (event.key === "o") row.querySelector("a.row-subject")?.click();
  else return;
  event.preventDefault();
});
// The browser brings ticks back when somebody returns to the page.
window.addEventListener("pageshow", count);
