// Charts are drawn from the table beside them, so picture and numbers cannot differ. Chart.js comes only where there is one.
const charts = new Map();

function colour(name, element) {
  const probe = document.createElement("span");
  probe.className = `chart-probe chart-probe-${name}`;
  element.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

function hatch(ink) {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 8;
  const pen = tile.getContext("2d");
  pen.strokeStyle = ink;
  pen.lineWidth = 1.5;
  pen.beginPath();
  for (const offset of [-8, 0, 8]) { pen.moveTo(offset, 8); pen.lineTo(offset + 8, 0); }
  pen.stroke();
  return pen.createPattern(tile, "repeat");
}

function commitment(value, label, ink) {
  return {
    id: "commitment",
    afterDatasetsDraw({ ctx, chartArea, scales }) {
      const y = scales.y.getPixelForValue(value);
      ctx.save();
      ctx.strokeStyle = ctx.fillStyle = ink;
      ctx.lineWidth = 1.5;
      ctx.setLineDash([5, 4]);
      ctx.beginPath();
      ctx.moveTo(chartArea.left, y);
      ctx.lineTo(chartArea.right, y);
      ctx.stroke();
      ctx.font = "600 11px system-ui, sans-serif";
      ctx.textAlign = "right";
      ctx.fillText(label, chartArea.right - 2, y - 5);
      ctx.restore();
    },
  };
}

function numbers(figure) {
  const table = figure.querySelector("table");
  const headers = [...table.querySelectorAll("thead th")].map((cell) => cell.textContent.trim());
  const rows = [...table.querySelectorAll("tbody tr")].map((row) => [...row.children].map((cell) => cell.textContent.trim()));
  const value = (text) => Number(text.replace(/[^\d.,-]/g, "").replace(/,(?=\d{3})/g, ""));
  return { labels: rows.map((row) => row[0]), series: headers.slice(1).map((label, index) => ({ label, data: rows.map((row) => value(row[index + 1])) })) };
}

// Names of two words or more stand on two lines, so that they need not lie askew.
function twoLines(label) {
  const gaps = [...label.matchAll(/ /g)].map((found) => found.index);
  if (label.length < 12 || !gaps.length) return label;
  const middle = gaps.reduce((best, gap) => (Math.abs(gap - label.length / 2) < Math.abs(best - label.length / 2) ? gap : best));
  return [label.slice(0, middle), label.slice(middle + 1)];
}

function draw(figure, animated) {
  const canvas = figure.querySelector("canvas");
  charts.get(figure)?.destroy();
  const ink = colour("ink", figure), rule = colour("line", figure);
  const inks = (figure.dataset.tones || "accent second good warn").split(" ").map((name) => colour(name, figure));
  const { labels, series } = numbers(figure);
  const values = series.flatMap((one) => one.data), fromZero = figure.dataset.chart === "bar" || Math.min(...values) < Math.max(...values) / 2;
  const { chart: kind, target, targetLabel, unit, stacked, hatched } = figure.dataset;
  const still = !animated || matchMedia("(prefers-reduced-motion: reduce)").matches;
  const axis = { grid: { color: rule, drawTicks: false }, border: { display: false }, ticks: { color: ink, padding: 8, font: { size: 12 } }, stacked: stacked !== undefined };
  charts.set(figure, new window.Chart(canvas, {
    type: kind,
    data: {
      labels: labels.map(twoLines),
      datasets: series.map((one, index) => ({
        ...one, borderColor: inks[index % inks.length], backgroundColor: String(index) === hatched ? hatch(ink) : inks[index % inks.length],
        borderWidth: kind === "line" ? 2 : 0, borderRadius: kind === "bar" ? 3 : 0, pointRadius: kind === "line" ? 2.5 : 0, tension: 0, maxBarThickness: 34, categoryPercentage: 0.7,
      })),
    },
    options: {
      responsive: true, maintainAspectRatio: false, animation: still ? false : { duration: 150 },
      interaction: { mode: "index", intersect: false },
      plugins: {
        legend: { display: series.length > 1, position: "bottom", labels: { color: ink, boxWidth: 10, boxHeight: 10, font: { size: 12 } } },
        tooltip: { callbacks: { label: (item) => `${item.dataset.label}: ${item.formattedValue}${unit ? ` ${unit}` : ""}` } },
      },
      scales: { x: { ...axis, grid: { display: false } }, y: { ...axis, beginAtZero: fromZero, suggestedMax: target && fromZero ? Number(target) * 1.1 : undefined, max: unit === "%" ? 100 : undefined, grace: fromZero ? 0 : "20%" } },
    },
    plugins: target ? [commitment(Number(target), targetLabel, colour("promise", figure))] : [],
  }));
}

async function drawAll() {
  const fresh = [...document.querySelectorAll("[data-chart]")].filter((figure) => !charts.has(figure));
  if (!fresh.length) return;
  await import("../vendor/chart/chart.umd.min.js");
  for (const figure of fresh) draw(figure, true);
}

// Paper is always light, and the browser does not wait: this must be done when it returns.
const redraw = () => { for (const figure of charts.keys()) draw(figure, false); };
drawAll();
document.addEventListener("htmx:load", drawAll);
document.addEventListener("theme:change", redraw);
for (const query of ["(prefers-color-scheme: dark)", "print"]) matchMedia(query).addEventListener("change", redraw);
