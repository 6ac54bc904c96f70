// A form is sent once, and its button says that it is being sent; slow replies show a line on top of the page.
const sending = new WeakSet();
const line = document.createElement("div");
line.className = "page-busy";
document.body.append(line);

function button(form, submitter) {
  return submitter ?? form.querySelector("button:not([type=button]), input[type=submit]");
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  // Not form.method: a field of that name would hide it.
  if ((form.getAttribute("method") ?? "get").toLowerCase() !== "post") return;
  if (sending.has(form)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  sending.add(form);
  button(form, event.submitter)?.setAttribute("aria-busy", "true");
  // A download leaves the page as it is; let it be sent again later.
  if (form.dataset.download !== undefined) setTimeout(() => release(form), 3000);
}, { capture: true });

function release(form) {
  sending.delete(form);
  for (const busy of form.querySelectorAll("[aria-busy=true]")) busy.removeAttribute("aria-busy");
}

// Another listener (a confirmation, a check of files) may have stopped the sending.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented && !event.target.closest("[hx-post], [hx-put], [hx-patch], [hx-delete]")) release(event.target);
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form").forEach(release);
});

let pending = 0, timer;
document.addEventListener("htmx:beforeRequest", () => {
  pending += 1;
  timer ??= setTimeout(() => line.classList.add("is-on"), 350);
});
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form");
  if (form) release(form);
  pending = Math.max(0, pending - 1);
  if (pending) return;
  clearTimeout(timer);
  timer = undefined;
  line.classList.remove("is-on");
});
