// Ready words go to the end of what is written, and set the status that they are for; without a script the page comes again with them.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-fill]"), into = link?.closest("form")?.elements.body;
  if (!into) return;
  event.preventDefault();
  link.closest("details")?.removeAttribute("open");
  into.value = [into.value.trimEnd(), link.dataset.words].filter(Boolean).join("\n\n");
  const status = into.form.elements.status, wanted = link.dataset.status;
  if (wanted && [...(status?.options ?? [])].some((option) => option.value === wanted)) status.value = wanted;
  into.dispatchEvent(new Event("input", { bubbles: true }));
  into.focus();
});

// What stands in braces is filled in when it is sent: meanwhile the page shows how that would read.
function preview(event) {
  const place = event.target.closest("form")?.querySelector("[data-preview]"), body = place?.closest("form").elements.body;
  if (!place) return;
  if (/\{[^{}]*\}/.test(body.value)) place.dispatchEvent(new Event("words"));
  else place.replaceChildren();
}
document.addEventListener("input", preview);
document.addEventListener("change", preview);
