// What was refused of a field is not said of what stands in it now.
document.addEventListener("input", ({ target }) => {
  const field = target.closest?.(".field");
  const refusals = field?.querySelectorAll(".field-error") ?? [];
  if (!refusals.length) return;
  for (const each of refusals) each.remove();
  for (const each of [field, ...field.querySelectorAll("[aria-invalid], .is-invalid")]) {
    each.removeAttribute("aria-invalid");
    each.classList.remove("is-invalid");
  }
  // Above the form it only says that there are such fields: no longer, once there are none.
  const form = target.form;
  if (form && !form.querySelector(".field-error")) form.querySelector("[data-fields-refused]")?.remove();
});
