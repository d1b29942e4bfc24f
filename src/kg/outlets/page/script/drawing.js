// The drawing: vis-network with places from the file. Colours come from the stylesheet.

const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
const dark = window.matchMedia("(prefers-color-scheme: dark)");
let network, nodeSet, edgeSet;
let theme = {};
let edgesAreMoving = false; // and hidden meanwhile, as are their names

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** The zoom at which everything is in view, from the places alone. */
function overview() {
  const spread = (key) => {
    const all = DATA.drawing.nodes.map((node) => node[key]);
    return (
      all.reduce((most, n) => Math.max(most, n), 0) -
      all.reduce((least, n) => Math.min(least, n), 0) +
      200
    );
  };
  const box = byId("graph").getBoundingClientRect();
  return Math.min(1, box.width / spread("x"), box.height / spread("y"));
}

/** How much larger to draw, so that a big graph can be seen from afar. */
function enlargement() {
  return Math.min(2.5, Math.max(1, 0.4 / overview()));
}

function groupLooks() {
  const looks = KINDS.map(({ family }, index) => {
    const fill = colour(family);
    const strong = { background: fill, border: colour("ink") };
    return [
      `k${index}`,
      { color: { background: fill, border: colour("paper"), highlight: strong, hover: strong } },
    ];
  });
  return Object.fromEntries(looks);
}

/** The options from the file, with the colours of the present scheme. */
function drawingOptions() {
  const { edges, groups, ...rest } = DATA.drawing.options;
  theme = { ink: colour("ink"), paper: colour("paper"), faint: colour("faint") };
  const lines = { color: colour("line"), highlight: colour("accent"), hover: colour("accent") };
  return {
    ...rest,
    edges: { ...edges, width: 1.25 * enlargement(), color: lines },
    groups: { ...groups, ...groupLooks() },
  };
}

function startDrawing() {
  const { nodes, edges } = DATA.drawing;
  const larger = enlargement();
  nodeSet = new vis.DataSet(
    nodes.map((node) => ({ ...node, label: undefined, size: node.size * larger })),
  );
  edgeSet = new vis.DataSet(edges);
  network = new vis.Network(byId("graph"), { nodes: nodeSet, edges: edgeSet }, drawingOptions());
  byId("graph").firstElementChild.tabIndex = -1; // the keys are handled by #graph: one stop, not two
  fitDrawing({});
  network.on("afterDrawing", drawLabels);
  network.once("afterDrawing", () => requestAnimationFrame(drawn));
  network.on("dragEnd", forgetLabels);
  network.on("dragging", () => (edgesAreMoving = DATA.drawing.options.interaction.hideEdgesOnDrag));
  network.on("dragEnd", () => (edgesAreMoving = false));
  network.on("click", clicked);
  dark.addEventListener("change", () => network.setOptions(drawingOptions()));
  byId("graph").addEventListener("keydown", graphKeys);
  byId("zoom-in").addEventListener("click", () => zoom(1.4));
  byId("zoom-out").addEventListener("click", () => zoom(1 / 1.4));
  byId("zoom-fit").addEventListener("click", () => fitDrawing());
  whenChanged(hideFiltered);
}

/** Tells tests and tools that the first picture is on the screen. */
function drawn() {
  performance.mark("drawn");
  document.documentElement.setAttribute("data-drawn", "");
}

function clicked({ nodes, edges }) {
  opener = byId("graph");
  if (nodes.length) choose("node", nodes[0]);
  else if (edges.length) choose("edge", edges[0]);
  else closePanel();
}

/** Tells the drawing only what changed: 2,000 nodes are not updated for one. */
function hideFiltered() {
  const update = (set, isShown) => {
    const changes = [];
    set.forEach(({ id, hidden = false }) => {
      if (hidden === isShown(id)) changes.push({ id, hidden: !hidden });
    });
    if (changes.length) set.update(changes);
  };
  forgetLabels();
  update(nodeSet, nodeIsShown);
  update(edgeSet, edgeIsShown);
  network.redraw(); // names may have changed their language only
}

/** Selects what was chosen and, when asked from elsewhere, brings it into view. */
function showInDrawing(what, index, bring) {
  if (what === "node") network.selectNodes([index]);
  else network.setSelection({ nodes: [], edges: [index] }, { highlightEdges: false });
  if (!bring) return;
  const ends = what === "node" ? [index] : [EDGES[index].a, EDGES[index].b];
  const places = ends.map((end) => network.getPosition(end));
  const middle = (key) => places.reduce((sum, place) => sum + place[key], 0) / places.length;
  network.moveTo({
    position: { x: middle("x"), y: middle("y") },
    scale: Math.max(network.getScale(), 0.7),
    ...motion(),
  });
}

function clearDrawing() {
  network.unselectAll();
}

function motion() {
  return calm.matches ? {} : { animation: { duration: 250, easingFunction: "easeInOutQuad" } };
}

function zoom(factor) {
  network.moveTo({ scale: Math.min(4, Math.max(0.02, network.getScale() * factor)), ...motion() });
}

/** Room for names around a picture that is wholly in view. */
function fitMargins() {
  return { x: Math.min(90, byId("graph").clientWidth / 8), y: 50 };
}

/** Brings everything that is shown into view, with a margin for names. */
function fitDrawing(movement = motion()) {
  const places = shownNodes().map((index) => network.getPosition(index));
  if (places.length === 0) return;
  const { clientWidth: width, clientHeight: height } = byId("graph");
  const margins = fitMargins();
  const span = (key) => {
    const all = places.map((place) => place[key]);
    const [least, most] = [
      all.reduce((a, b) => Math.min(a, b)),
      all.reduce((a, b) => Math.max(a, b)),
    ];
    return { middle: (least + most) / 2, length: most - least + 1 };
  };
  const [x, y] = [span("x"), span("y")];
  const room = [(width - 2 * margins.x) / x.length, (height - 2 * margins.y) / y.length];
  const scale = Math.min(1.2, ...room);
  network.moveTo({ position: { x: x.middle, y: y.middle }, scale, ...movement });
}

function graphKeys(event) {
  const step = 80 / network.getScale();
  const moves = {
    ArrowLeft: [-step, 0],
    ArrowRight: [step, 0],
    ArrowUp: [0, -step],
    ArrowDown: [0, step],
  };
  const others = {
    "+": () => zoom(1.4),
    "=": () => zoom(1.4),
    "-": () => zoom(1 / 1.4),
    0: () => fitDrawing(),
  };
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (moves[event.key]) {
    const { x, y } = network.getViewPosition();
    const [right, down] = moves[event.key];
    network.moveTo({ position: { x: x + right, y: y + down } });
  } else if (others[event.key]) others[event.key]();
  else return;
  event.preventDefault();
}
