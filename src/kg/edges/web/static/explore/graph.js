// The drawing: vis-network at given places, told only what changed.
/* global vis */
import { chosen, keyOf, kindOf, label, places, remember, changed, visibleEdges, visibleNodes, choose, way } from "./state.js";

const OUTLINES = JSON.parse(document.getElementById("explorer").dataset.outlines); // of the legend
const FAMILY = { money: "fiscal", sources: "documents" }; // other words for two families in the stylesheet
const MOST_ENLARGED = 1.35;
const dark = matchMedia("(prefers-color-scheme: dark)");
const touch = matchMedia("(pointer: coarse)"); // one finger scrolls the page, two move the graph
const nodes = new vis.DataSet();
const edges = new vis.DataSet();
let network = null;

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

function options() {
  const ink = colour("ink");
  return {
    physics: false,
    layout: { improvedLayout: false },
    interaction: { keyboard: false, multiselect: false, hover: false, dragView: !touch.matches, hideEdgesOnDrag: true, hideEdgesOnZoom: true },
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

const SVG = "http://www.w3.org/2000/svg";
function fillOf(node) {
  const { family } = kindOf(node);
  return colour(FAMILY[family] ?? family);
}

function drawnNode(node) {
  const fill = fillOf(node);
  const isMarked = way.nodes.has(node.id);
  const line = { background: fill, border: colour("ink") };
  return {
    id: node.id,
    label: label(node),
    shape: kindOf(node).shape,
    color: { background: fill, border: colour(isMarked ? "ink" : "paper"), highlight: line },
    borderWidth: isMarked ? 3 : 1.5,
    size: isMarked ? 14 : 11,
    ...places.get(node.id),
  };
}

function drawnEdge(edge) {
  const isMarked = way.edges.has(keyOf(edge));
  const color = isMarked ? colour("ink") : colour("stroke");
  return {
    id: keyOf(edge),
    from: edge.source,
    to: edge.target,
    dashes: edge.contested ? [6, 5] : false,
    width: isMarked ? 4 : 1.25,
    color: { color, highlight: isMarked ? color : colour("quiet") },
  };
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
    item.append(icon(kindOf(node).shape, fillOf(node)), ` ${label(kindOf(node))}`);
    return item;
  });
  const list = document.querySelector("#legend ul");
  list.replaceChildren(...items, list.querySelector(".sign"));
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
  network.redraw(); // measures the names anew
  network.fit({ animation: false, maxZoomLevel: 1.2 });
  network.moveTo({ scale: network.getScale() * 0.97, animation: false }); // none touches the edge
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
  twoFingers(box);
  network.once("afterDrawing", () => {
    performance.mark("drawn");
    document.documentElement.dataset.drawn = "";
  });
  dark.addEventListener("change", () => {
    network.setOptions(options());
    draw();
  });
}

/** Moves the drawing with two fingers; vis-network zooms by their distance. */
function twoFingers(box) {
  let last = null;
  const middle = ([a, b]) => ({ x: (a.clientX + b.clientX) / 2, y: (a.clientY + b.clientY) / 2 });
  box.addEventListener("touchmove", ({ touches }) => {
    const now = touches.length === 2 ? middle(touches) : null;
    if (now && last) {
      const { x, y } = network.getViewPosition();
      const scale = network.getScale();
      network.moveTo({ position: { x: x - (now.x - last.x) / scale, y: y - (now.y - last.y) / scale }, animation: false });
    }
    last = now;
  }, { passive: true });
  box.addEventListener("touchend", () => (last = null), { passive: true });
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
