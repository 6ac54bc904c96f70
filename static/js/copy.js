// <button data-copy="text"> or <button data-copy-from="#id">: the button itself says that it worked.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy], [data-copy-from]");
  if (!button) return;
  const source = button.dataset.copyFrom ? document.querySelector(button.dataset.copyFrom) : null;
  const label = button.querySelector("[data-copy-label]") ?? button;
  const before = label.textContent;
  try {
    await navigator.clipboard.writeText(button.dataset.copy ?? source?.value ?? source?.textContent.trim() ?? "");
    label.textContent = "Copied";
  } catch {
    label.textContent = "Press Ctrl+C";
    if (source) getSelection().selectAllChildren(source);
  }
  setTimeout(() => { label.textContent = before; }, 2000);
});
