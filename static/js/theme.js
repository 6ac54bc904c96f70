// Light or dark, kept in a cookie so that the server draws the next page right from the start.
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-theme-toggle]")) return;
  const root = document.documentElement, kept = root.dataset.bsTheme;
  const dark = kept === "auto" ? matchMedia("(prefers-color-scheme: dark)").matches : kept === "dark";
  root.dataset.bsTheme = dark ? "light" : "dark";
  document.cookie = `theme=${root.dataset.bsTheme}; path=/; max-age=31536000; samesite=lax`;
  document.dispatchEvent(new CustomEvent("theme:change"));
});
