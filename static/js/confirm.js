// <button data-confirm="Delete this calendar?" data-confirm-text="…" data-confirm-action="Delete" data-confirm-tone="danger">
const sure = new WeakSet();

function ask({ confirm, confirmText, confirmAction, confirmTone }) {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  const head = document.createElement("div"), title = document.createElement("h2"), foot = document.createElement("div");
  head.className = "dialog-head";
  title.textContent = confirm;
  head.append(title);
  foot.className = "dialog-foot";
  const button = (words, css, value) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = css;
    made.textContent = words;
    made.addEventListener("click", () => dialog.close(value));
    return made;
  };
  const no = button("Cancel", "btn", "");
  foot.append(no, button(confirmAction ?? "Yes, do it", confirmTone === "danger" ? "btn btn-danger" : "btn btn-primary", "yes"));
  dialog.append(head);
  if (confirmText) {
    const text = document.createElement("p");
    text.textContent = confirmText;
    dialog.append(text);
  }
  dialog.append(foot);
  dialog.setAttribute("aria-label", confirm);
  document.body.append(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => { dialog.remove(); resolve(dialog.returnValue === "yes"); });
    dialog.showModal();
    no.focus();
  });
}

document.addEventListener("click", async (event) => {
  const trigger = event.target.closest("[data-confirm]");
  if (!trigger || sure.delete(trigger)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (await ask(trigger.dataset)) {
    sure.add(trigger);
    trigger.click();
  }
}, { capture: true });
