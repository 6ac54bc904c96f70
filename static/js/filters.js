// <form data-auto-submit>: a changed choice is applied at once. Its own button stays for those without JavaScript (class no-js).
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-auto-submit]");
  if (!form) return;
  // Leave empty parameters out of the address; people share it.
  const empty = [...form.elements].filter((control) => control.name && control.value === "" && !control.disabled);
  for (const control of empty) control.disabled = true;
  form.requestSubmit();
  setTimeout(() => { for (const control of empty) control.disabled = false; });
});
