// <button data-open-dialog="id"> opens a dialog of the page; <a data-open-href> shows its page in a panel instead of leaving.
document.addEventListener("click", async (event) => {
  const opener = event.target.closest("[data-open-dialog]");
  if (opener) {
    event.preventDefault();
    document.getElementById(opener.dataset.openDialog)?.showModal();
    return;
  }
  if (event.target instanceof HTMLDialogElement) {
    const box = event.target.getBoundingClientRect();
    const outside = event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
    if (outside) event.target.close();
    return;
  }
  const closer = event.target.closest("[data-close-dialog]");
  if (closer) {
    event.preventDefault();
    closer.closest("dialog").close();
    return;
  }
  const link = event.target.closest("a[data-open-href]");
  const panel = document.getElementById("panel");
  if (!link || !panel || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  event.preventDefault();
  try {
    const response = await fetch(link.href, { headers: { "HX-Request": "true", "HX-Target": "panel" } });
    if (!response.ok) throw new Error(String(response.status));
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const body = panel.querySelector("[data-panel-body]");
    body.replaceChildren(...(page.querySelector("#main") ?? page.body).childNodes);
    window.htmx?.process(body);
    window.htmx?.trigger(body, "htmx:load");
    // From one page in the panel to the next: it begins at its top, where its reader is to go on.
    if (panel.open) (body.querySelector("[autofocus]") ?? panel.querySelector("button"))?.focus();
    else panel.showModal();
    panel.scrollTop = 0;
  } catch {
    location.assign(link.href);
  }
});
