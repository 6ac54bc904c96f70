// "312 of 4,000", from four fifths on: before that nobody asks.
document.addEventListener("input", (event) => {
  const { counter, } = event.target.dataset ?? {};
  const note = counter && document.getElementById(counter);
  const limit = event.target.maxLength;
  if (!note || !(limit > 0)) return;
  const used = event.target.value.length;
  note.textContent = used >= limit * 0.8 ? `${used.toLocaleString("en-GB")} of ${limit.toLocaleString("en-GB")}` : "";
  note.classList.toggle("is-over", used >= limit);
});
