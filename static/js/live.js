// "4 new" on top of a list: asks the server how many there are, and changes nothing under the pointer.
const seen = new WeakSet();

function watch(bar) {
  if (seen.has(bar)) return;
  seen.add(bar);
  const timer = setInterval(async () => {
    if (!bar.isConnected) return clearInterval(timer);
    if (document.hidden) return;
    try {
      const response = await fetch(bar.dataset.src, { headers: { Accept: "application/json" } });
      if (!response.ok) return;
      const { count } = await response.json();
      bar.hidden = !count;
      const words = bar.querySelector("[data-live-words]");
      if (count && words.textContent !== `${count} new`) words.textContent = `${count} new`;
    } catch { /* Offline: the next round will tell. */ }
  }, Number(bar.dataset.every) * 1000);
}

const watchAll = () => document.querySelectorAll("[data-live]").forEach(watch);
watchAll();
document.addEventListener("htmx:load", watchAll);
