// Menus are <details>; they close on Escape, on a click elsewhere, and when focus leaves.
const open = () => document.querySelectorAll("details[data-menu][open]");

document.addEventListener("click", (event) => {
  for (const menu of open()) {
    const item = event.target.closest("a.menu-item, button.menu-item");
    if (!menu.contains(event.target) || (item && menu.contains(item) && !item.form)) menu.open = false;
  }
});
document.addEventListener("focusin", (event) => {
  for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details[data-menu][open]");
  if (!menu) return;
  const items = [...menu.querySelectorAll(".menu-item")], at = items.indexOf(document.activeElement);
  if (event.key === "Escape") {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const step = event.key === "ArrowDown" ? 1 : -1;
    items.at((at + step + items.length) % items.length)?.focus();
  } else return;
  event.preventDefault();
  event.stopPropagation();
});
