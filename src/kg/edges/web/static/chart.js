// Turns <figure data-chart> into a Vega-Lite chart. The figure holds the specification in a
// non-executing <script type="application/json">, and a still drawn on the server, which stays
// where anything fails. Vega is loaded when the first chart comes near the view.
//
// A mark whose datum has `claim` opens its evidence in the drawer, by click or by Enter.

import { openClaim } from "./drawer.js";

const VEGA = new URL("./vendor/vega.min.js", import.meta.url);
const dark = matchMedia("(prefers-color-scheme: dark)");
const views = new Map();
// What the compiler leaves out of "fit" for charts of rows is as it should be.
const quiet = { level: () => quiet, error: console.error, warn: () => quiet, info: () => quiet, debug: () => quiet };

const token = (style, name, otherwise) => style.getPropertyValue(name).trim() || otherwise;

// The page's own colours and type, so that a chart is part of the page in light and dark.
function theme(element) {
  const style = getComputedStyle(element);
  const ink = style.color;
  const faint = token(style, "--chart-rule", "#8884");
  const range = Array.from({ length: 8 }, (_, i) => token(style, `--chart-${i}`, ink));
  return {
    background: null,
    autosize: { type: "fit-x", contains: "padding" },
    font: style.fontFamily,
    view: { stroke: null },
    axis: {
      labelColor: ink, titleColor: ink, gridColor: faint, domainColor: faint, tickColor: faint,
      labelFontSize: 12, titleFontSize: 12, titleFontWeight: "normal",
    },
    axisY: { labelLimit: Math.min(320, element.clientWidth * 0.42) },
    legend: { labelColor: ink, titleColor: ink, labelFontSize: 12, symbolStrokeWidth: 2 },
    bar: { fill: range[0] },
    point: { color: range[0], strokeWidth: 2 },
    line: { strokeWidth: 2 },
    text: { fill: ink, fontSize: 12 },
    range: { category: range },
  };
}

// One tab stop for a chart; arrows go from mark to mark, Enter opens the evidence.
function walkable(frame) {
  const svg = frame.querySelector("svg");
  if (!svg) return;
  const marks = [...svg.querySelectorAll(".mark-symbol > path, .mark-rect > path")].filter(
    (mark) => mark.__data__?.datum?.claim,
  );
  if (!marks.length) return;
  svg.setAttribute("role", "group");
  marks.forEach((mark, at) => {
    mark.setAttribute("role", "link");
    mark.setAttribute("tabindex", at ? "-1" : "0");
    mark.setAttribute("aria-label", mark.__data__.datum.told);
  });
  const go = (from, to) => {
    from.setAttribute("tabindex", "-1");
    to.setAttribute("tabindex", "0");
    to.focus();
  };
  const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
  svg.addEventListener("keydown", (event) => {
    const at = marks.indexOf(event.target);
    if (at < 0) return;
    if (event.key === "Enter") openClaim(event.target.__data__.datum.claim);
    else if (event.key in steps) go(marks[at], marks[(at + steps[event.key] + marks.length) % marks.length]);
    else return;
    event.preventDefault();
  });
}

async function draw(figure) {
  const vega = await import(VEGA);
  const still = figure.querySelector(".still");
  views.get(figure)?.finalize();
  figure.querySelector(".drawn")?.remove();
  const frame = document.createElement("div");
  frame.className = "drawn";
  const spec = JSON.parse(figure.querySelector('script[type="application/json"]').textContent);
  (still ?? figure.lastElementChild).after(frame);
  if (still) still.hidden = true;
  try {
    const config = theme(figure);
    const { spec: compiled } = vega.compile(spec, { config, logger: quiet });
    const view = new vega.View(vega.parse(compiled, null, { ast: true }), {
      expr: vega.expressionInterpreter,
      renderer: "svg",
      logLevel: vega.Warn,
      loader: { load: () => Promise.reject(new Error("charts load nothing")), sanitize: () => Promise.reject(new Error("charts link nothing")) },
      container: frame,
      hover: true,
    });
    view.addEventListener("click", (event, item) => item?.datum?.claim && openClaim(item.datum.claim));
    views.set(figure, view);
    await view.runAsync();
    walkable(frame);
    view.addResizeListener(() => view.runAfter(() => walkable(frame)));
    figure.dataset.chart = "drawn";
  } catch (error) {
    frame.remove();
    if (still) still.hidden = false;
    figure.dataset.chart = "still";
    throw error;
  }
}

const near = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      draw(target);
    }
  },
  { rootMargin: "200px" },
);

export function show(root = document) {
  for (const figure of root.querySelectorAll("figure[data-chart]")) near.observe(figure);
}

const redraw = () => [...views.keys()].forEach(draw);
dark.addEventListener("change", redraw);
new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
show();
