// Toasts leave by themselves, except bad news, which waits to be read. Nothing leaves while the pointer or the focus is on it.
const STAY = 6000;

function leave(element) {
  element.classList.add("is-leaving");
  setTimeout(() => element.remove(), 150);
}

function arm(flash) {
  if (flash.dataset.armed || flash.classList.contains("flash-error")) return;
  flash.dataset.armed = "yes";
  let timer = setTimeout(() => leave(flash), STAY);
  const hold = () => clearTimeout(timer);
  const release = () => { clearTimeout(timer); timer = setTimeout(() => leave(flash), STAY / 2); };
  flash.addEventListener("pointerenter", hold);
  flash.addEventListener("pointerleave", release);
  flash.addEventListener("focusin", hold);
  flash.addEventListener("focusout", release);
}

export function toast(words, tone = "info") {
  const shelf = document.getElementById("flashes");
  if (!shelf) return;
  const flash = document.createElement("div");
  flash.className = `flash flash-${tone}`;
  flash.dataset.flash = "";
  const mark = document.querySelector(`template[data-flash-icon="${tone}"]`)?.content.cloneNode(true) ?? "", text = document.createElement("div");
  text.className = "flash-words";
  text.textContent = words;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "btn-quiet";
  close.dataset.dismiss = ".flash";
  close.setAttribute("aria-label", "Dismiss");
  close.textContent = "×";
  flash.append(mark, text, close);
  shelf.append(flash);
  arm(flash);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-dismiss]");
  if (button) leave(button.closest(button.dataset.dismiss));
});
const armAll = () => document.querySelectorAll("[data-flash]").forEach(arm);
armAll();
document.addEventListener("htmx:load", armAll);
// A view may answer htmx with the header HX-Trigger: {"toast": {"words": "…", "tone": "success"}}.
document.addEventListener("toast", (event) => toast(event.detail.words, event.detail.tone));
document.addEventListener("htmx:sendError", () => toast("The server cannot be reached. Nothing was sent; try again in a moment.", "error"));
document.addEventListener("htmx:responseError", (event) => {
  const words = {
    403: "You may not do that. Ask somebody with the permission.",
    404: "That is not here any more. Reload the page to see what is.",
    429: "That was too often. Wait a minute, then try again.",
  }[event.detail.xhr.status];
  toast(words ?? "Something went wrong on our side, and it has been noted. Try again in a moment.", "error");
});
