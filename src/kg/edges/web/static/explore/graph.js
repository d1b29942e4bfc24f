// The drawing: vis-network at given places, told only what changed.
/* global vis */
import { chosen, keyOf, kindOf, label, places, remember, changed, visibleEdges, visibleNodes, choose } from "./state.js";

const SHAPES = ["dot", "square", "diamond", "triangle", "star", "hexagon", "triangleDown"];
const FAMILY = { money: "fiscal", sources: "documents" }; // other words for two families in the stylesheet
const MOST_ENLARGED = 1.35;
const dark = matchMedia("(prefers-color-scheme: dark)");
const nodes = new vis.DataSet();
const edges = new vis.DataSet();
let network = null;

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

function options() {
  const ink = colour("ink");
  return {
    physics: false,
    layout: { improvedLayout: false },
    interaction: { keyboard: false, multiselect: false, hover: false, hideEdgesOnDrag: true, hideEdgesOnZoom: true },
    nodes: {
      size: 11,
      borderWidth: 1.5,
      font: { color: ink, size: 13, strokeWidth: 3, strokeColor: colour("paper") },
      scaling: { label: { drawThreshold: 7 } },
      widthConstraint: { maximum: 150 },
    },
    edges: {
      smooth: false,
      width: 1.25,
      selectionWidth: 0.75,
      arrows: { to: { enabled: true, scaleFactor: 0.5 } },
      color: { color: colour("stroke"), highlight: colour("quiet") },
    },
  };
}

// How each shape looks in the legend, in a box of 14 by 14.
const OUTLINES = {
  dot: "M7 1a6 6 0 1 0 0 12a6 6 0 1 0 0-12z", square: "M1.5 1.5h11v11h-11z", diamond: "M7 0l7 7l-7 7l-7-7z",
  triangle: "M7 1l6.5 12h-13z", triangleDown: "M7 13l6.5-12h-13z", hexagon: "M3.5 1h7l3.5 6l-3.5 6h-7l-3.5-6z",
  star: "M7 0l1.7 4.9h5.1l-4.1 3.1l1.5 5l-4.2-3l-4.2 3l1.5-5l-4.1-3.1h5.1z",
};
const SVG = "http://www.w3.org/2000/svg";
const shapes = new Map();
function shapeOf(node) {
  if (!shapes.has(node.type)) shapes.set(node.type, SHAPES[shapes.size % SHAPES.length]);
  return shapes.get(node.type);
}

function fillOf(node) {
  const { family } = kindOf(node);
  return colour(FAMILY[family] ?? family);
}

function drawnNode(node) {
  const fill = fillOf(node);
  const line = { background: fill, border: colour("ink") };
  return {
    id: node.id,
    label: label(node),
    shape: shapeOf(node),
    color: { background: fill, border: colour("paper"), highlight: line },
    ...places.get(node.id),
  };
}

function drawnEdge(edge) {
  return { id: keyOf(edge), from: edge.source, to: edge.target, dashes: edge.review === "accepted" ? false : [6, 5] };
}

/** Parallel edges bend apart. */
function bent(list) {
  const between = new Map();
  return list.map((edge) => {
    const pair = [edge.from, edge.to].sort().join(" ");
    const place = between.get(pair) ?? 0;
    between.set(pair, place + 1);
    if (!place) return { ...edge, smooth: false };
    const roundness = 0.12 * Math.ceil(place / 2);
    const clockwise = (place % 2 === 0) === edge.from < edge.to;
    return { ...edge, smooth: { enabled: true, type: clockwise ? "curvedCW" : "curvedCCW", roundness } };
  });
}

function icon(shape, fill) {
  const made = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  made.setAttribute("viewBox", "0 0 14 14");
  made.setAttribute("aria-hidden", "true");
  path.setAttribute("d", OUTLINES[shape]);
  path.setAttribute("fill", fill);
  made.append(path);
  return made;
}

/** What the shapes and colours of the entities shown mean. */
function explain(shown) {
  const kinds = new Map(shown.map((node) => [node.type, node]));
  const items = [...kinds.values()].map((node) => {
    const item = document.createElement("li");
    item.append(icon(shapeOf(node), fillOf(node)), ` ${label(kindOf(node))}`);
    return item;
  });
  document.querySelector("#legend ul").replaceChildren(...items);
}

function keepInStep(set, wanted) {
  const now = new Set(wanted.map((item) => item.id));
  set.remove(set.getIds().filter((id) => !now.has(id)));
  const fresh = wanted.filter((item) => {
    const held = set.get(item.id);
    return !held || Object.keys(item).some((key) => JSON.stringify(held[key]) !== JSON.stringify(item[key]));
  });
  set.update(fresh);
}

export function draw() {
  const shown = visibleNodes();
  keepInStep(nodes, shown.map(drawnNode));
  keepInStep(edges, bent(visibleEdges(shown).map(drawnEdge)));
  explain(shown);
  if (!network) start();
  mark();
}

/** Marks in the drawing what is chosen. */
export function mark() {
  const node = chosen.node && nodes.get(chosen.node) ? [chosen.node] : [];
  const edge = chosen.edge && edges.get(chosen.edge) ? [chosen.edge] : [];
  network.setSelection({ nodes: node, edges: edge }, { highlightEdges: !edge.length });
}

export function fit() {
  network.fit({ animation: false, maxZoomLevel: 1.2 });
  // Far out, names are written larger, so that they can still be read.
  const far = Math.min(Math.max(1 / network.getScale(), 1), MOST_ENLARGED);
  network.setOptions({ nodes: { font: { size: 13 * far }, widthConstraint: { maximum: 150 * far } } });
}

export function zoom(factor) {
  network.moveTo({ scale: network.getScale() * factor, animation: false });
}

export function bringIntoView(id) {
  const spot = places.get(id);
  if (!spot) return;
  const seen = network.canvasToDOM(spot);
  const { width, height } = document.getElementById("graph").getBoundingClientRect();
  if (seen.x < 30 || seen.y < 30 || seen.x > width - 30 || seen.y > height - 30)
    network.moveTo({ position: spot, animation: false });
}

let whenClicked = () => {};
export function onChoice(listener) {
  whenClicked = listener;
}

function start() {
  const box = document.getElementById("graph");
  network = new vis.Network(box, { nodes, edges }, options());
  box.firstElementChild.tabIndex = -1; // the keys belong to the box: one stop, not two
  network.on("click", ({ nodes: [node], edges: [edge] }) => {
    choose(node ?? null, node ? null : (edge ?? null));
    whenClicked();
  });
  network.on("doubleClick", ({ nodes: [node] }) => node && box.dispatchEvent(new CustomEvent("expand", { detail: node })));
  network.on("dragEnd", ({ nodes: [node] }) => {
    if (!node) return;
    remember();
    const { x, y } = network.getPosition(node);
    places.set(node, { x: Math.round(x), y: Math.round(y) });
    changed();
  });
  network.once("afterDrawing", () => {
    performance.mark("drawn");
    document.documentElement.dataset.drawn = "";
  });
  dark.addEventListener("change", () => {
    network.setOptions(options());
    draw();
  });
}

/** The drawing as it stands on the screen, on the page's ground. */
export function png() {
  const seen = document.querySelector("#graph canvas");
  const made = document.createElement("canvas");
  made.width = seen.width;
  made.height = seen.height;
  const pen = made.getContext("2d");
  pen.fillStyle = colour("paper");
  pen.fillRect(0, 0, made.width, made.height);
  pen.drawImage(seen, 0, 0);
  return new Promise((done) => made.toBlob(done, "image/png"));
}
