// Draws the figures of a page with uPlot (uplot/LICENSE): each <figure data-plot="columns, bars or lines"> has its numbers
// as a table, which is all that is read here. Without this script, the table is there.
"use strict";

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const short = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

// Returns the labels of the rows, the names of the series, and for each series its numbers.
function readTable(table) {
  const rows = [...table.tBodies[0].rows];
  const names = [...table.tHead.rows[0].cells].slice(1).map((cell) => cell.textContent);
  const counts = names.map((_, nth) => rows.map((row) => Number(row.cells[nth + 1].textContent)));
  return { labels: rows.map((row) => row.cells[0].textContent), names, counts };
}

// Where each series ends that stands on those before it.
function stack(counts) {
  const sums = counts[0].map(() => 0);
  return counts.map((one) => one.map((count, nth) => (sums[nth] += count)));
}

function axesOf(kind, { labels }, width) {
  const isLying = kind === "bars", isNarrow = width < 480;
  const shorten = (label) => (isLying ? short(label, isNarrow ? 13 : 24) : label.slice(0, 3));
  const look = { stroke: colour("--soft"), font: `13px ${colour("--text")}`, ticks: { show: false } };
  return [
    {
      ...look, side: isLying ? 3 : 2, size: isLying ? (isNarrow ? 112 : 196) : 28, gap: 8, grid: { show: false },
      splits: () => labels.map((_, nth) => nth),
      values: () => labels.map((label, nth) => (isLying || !isNarrow || nth % 2 ? shorten(label) : "")),
    },
    {
      ...look, side: isLying ? 2 : 3, size: isLying ? 28 : 44, gap: 6, grid: { stroke: colour("--line"), width: 1 },
      incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 100000, 1000000], space: 40,
    },
  ];
}

function seriesOf(kind, nth, total) {
  const hue = colour(`--series-${nth % 6 + 1}`);
  if (kind === "lines") return { stroke: hue, width: nth === total - 1 ? 3 : 1.5, points: { size: 6, fill: hue } };
  return { fill: hue, stroke: hue, width: 0, points: { show: false }, paths: uPlot.paths.bars({ size: [0.7, 40] }) };
}

function draw(figure) {
  const area = figure.querySelector(".plot-area"), said = figure.querySelector(".plot-said");
  const kind = figure.dataset.plot, read = readTable(figure.querySelector("table"));
  const { labels, names, counts } = read;
  if (!labels.length) return;
  const isLying = kind === "bars", width = area.clientWidth;
  // The highest is drawn first, so that those below it stay visible.
  const order = names.map((_, nth) => (kind === "lines" ? nth : names.length - 1 - nth));
  const ends = kind === "lines" ? counts : stack(counts);
  const name = (nth) => {
    const some = names.map((one, series) => [one, counts[series][nth]]).filter(([, count]) => count);
    said.textContent = `${labels[nth]}: ${some.map(([one, count]) => (names.length > 1 ? `${one} ${count}` : count)).join(", ") || 0}`;
  };
  area.replaceChildren();
  new uPlot({
    width,
    height: isLying ? labels.length * 30 + 40 : 240,
    padding: [12, 14, 0, 0],
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, x: !isLying, y: false, points: { show: kind === "lines" } },
    scales: {
      x: { time: false, ori: isLying ? 1 : 0, dir: isLying ? -1 : 1, range: [-0.6, labels.length - 0.4] },
      y: { ori: isLying ? 0 : 1, range: (_, low, high) => [0, Math.max(high, 1)] },
    },
    axes: axesOf(kind, read, width),
    series: [{}, ...order.map((nth) => seriesOf(kind, nth, names.length))],
    hooks: { setCursor: [({ cursor }) => { if (cursor.idx == null) said.textContent = "\u00a0"; else name(cursor.idx); }] },
  }, [labels.map((_, nth) => nth), ...order.map((nth) => ends[nth])], area);
}

const figures = [...document.querySelectorAll("figure[data-plot]")];
const drawAll = () => figures.forEach(draw);
drawAll();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
let width = innerWidth;
addEventListener("resize", () => {
  if (innerWidth === width) return;
  width = innerWidth;
  drawAll();
});
