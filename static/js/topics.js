// Topics to hear of (notifications/_choices.html): all of one, or single services. Each list begins with all of it.
document.addEventListener("change", (event) => {
  const ticked = event.target.closest("[data-topic] input[type=checkbox]:checked");
  if (!ticked) return;
  const [all, ...single] = ticked.closest("[data-topic]").querySelectorAll("input[type=checkbox]");
  for (const other of ticked === all ? single : [all]) other.checked = false;
});
