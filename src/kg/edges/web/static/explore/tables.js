// The table twin: what the graph shows, sortable, chosen together with it.
import { site } from "../root.js";
import { chosen, choose, keyOf, kindOf, known, label, lang, visibleEdges, visibleNodes, word } from "./state.js";

const STEP = 200; // rows that a table shows at first, and more at a time
const collator = new Intl.Collator(lang, { numeric: true });

export function make(name, attributes = {}, ...content) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...content);
  return made;
}

export function button(text, act, attributes = {}) {
  const made = make("button", { type: "button", ...attributes }, text);
  made.addEventListener("click", act);
  return made;
}

/** A link to a claim that the drawer opens. */
export function claimLink(id) {
  const query = lang === "en" ? "" : `?lang=${lang}`;
  const address = `${site}/claims/${encodeURIComponent(id)}${query}`;
  const name = `${word("evidence")}: ${id}`;
  return make("a", { class: "evidence", href: address, "data-claim": id, "aria-label": name }, word("evidence"));
}

const days = (edge) => [...new Set(edge.claims.map((c) => c.said_on).filter(Boolean))].sort().join(", ");
const nameOf = (id) => label(known.nodes.get(id));
let counted = new Map();
const TABLES = {
  edges: {
    rows: visibleEdges,
    key: keyOf,
    columns: [
      ["from", (e) => nameOf(e.source), true],
      ["relation", label],
      ["to", (e) => nameOf(e.target)],
      ["review", (e) => e.review],
      ["when", days],
      ["evidence", (e) => String(e.claims.length), false, (e) => e.claims.flatMap((c) => [claimLink(c.id), " "])],
    ],
  },
  nodes: {
    rows: visibleNodes,
    key: (node) => node.id,
    columns: [
      ["name", label, true],
      ["type", (n) => label(kindOf(n))],
      ["links", (n) => String(counted.get(n.id) ?? 0)],
    ],
  },
};
for (const table of Object.values(TABLES)) Object.assign(table, { by: 0, down: false, limit: STEP });

let whenChosen = () => {};
export function onChoice(listener) {
  whenChosen = listener;
}

export function renderTables() {
  counted = new Map();
  for (const { source, target } of visibleEdges())
    for (const end of new Set([source, target])) counted.set(end, (counted.get(end) ?? 0) + 1);
  for (const id of Object.keys(TABLES)) renderTable(id);
}

function renderTable(id) {
  const table = TABLES[id];
  const rows = table.rows();
  const value = table.columns[table.by][1];
  const keyed = rows.map((row) => [value(row), row]).sort((a, b) => collator.compare(a[0], b[0]));
  if (table.down) keyed.reverse();
  const shown = keyed.slice(0, table.limit).map(([, row]) => renderRow(id, row));
  const box = document.getElementById(id);
  const focused = box.contains(document.activeElement) ? document.activeElement.dataset.sort : undefined;
  box.replaceChildren(head(id), make("tbody", {}, ...shown));
  if (focused) box.querySelector(`[data-sort="${CSS.escape(focused)}"]`)?.focus();
  const rest = rows.length - table.limit;
  const more = button(`${word("more")} (${rest})`, () => {
    table.limit += STEP;
    renderTable(id);
  });
  document.getElementById(`${id}-more`).replaceChildren(rest > 0 ? more : rows.length ? "" : word("empty"));
  markRows();
}

function head(id) {
  const table = TABLES[id];
  const cells = table.columns.map(([name], column) => {
    const now = table.by === column ? { "aria-sort": table.down ? "descending" : "ascending" } : {};
    const sort = button(
      word(name),
      () => {
        table.down = table.by === column && !table.down;
        table.by = column;
        renderTable(id);
      },
      { "data-sort": name },
    );
    return make("th", { scope: "col", ...now }, sort);
  });
  return make("thead", {}, make("tr", {}, ...cells));
}

function renderRow(id, row) {
  const { key, columns } = TABLES[id];
  const cells = columns.map(([, value, opens, content]) => {
    if (content) return make("td", {}, ...content(row));
    return make("td", {}, opens ? button(value(row), () => pick(id, key(row))) : value(row));
  });
  return make("tr", { "data-key": key(row) }, ...cells);
}

function pick(id, key) {
  if (id === "nodes") choose(key, null);
  else choose(null, key);
  whenChosen();
}

/** Marks the row of what is chosen. */
export function markRows() {
  for (const row of document.querySelectorAll("#twin tr[aria-current]")) row.removeAttribute("aria-current");
  const of = (id, key) => key && document.querySelector(`#${id} tr[data-key="${CSS.escape(key)}"]`);
  for (const row of [of("nodes", chosen.node), of("edges", chosen.edge)]) row?.setAttribute("aria-current", "true");
}
