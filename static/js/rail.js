// On a narrow screen the rail slides in over the work.
document.addEventListener("click", (event) => {
  const frame = document.querySelector(".frame");
  if (!frame) return;
  if (event.target.closest("[data-rail-toggle]")) {
    const isOpen = frame.classList.toggle("rail-open");
    document.querySelector(".topbar-menu")?.setAttribute("aria-expanded", String(isOpen));
    document.querySelector(isOpen ? ".rail-close" : ".topbar-menu")?.focus();
  } else if (!event.target.closest(".rail")) frame.classList.remove("rail-open");
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.querySelector(".frame.rail-open")?.classList.remove("rail-open");
});
