// <form data-auto-submit>: a changed choice is applied at once. Its own button stays for those without JavaScript (class no-js).
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-auto-submit]");
  if (!form) return;
  // Leave empty parameters out of the address; people share it.
  for (const control of form.elements) if (control.name && control.value === "") control.disabled = true;
  form.requestSubmit();
  setTimeout(() => { for (const control of form.elements) control.disabled = false; });
});
