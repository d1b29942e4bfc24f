// The graph as two sortable tables, in step with the filters. A row's button opens its evidence.

const STEP = 100;

const TABLES = [
  {
    id: "entities",
    what: "node",
    rows: shownNodes,
    all: NODES.length,
    limit: STEP,
    sort: { column: 0, down: false },
    columns: [
      { head: "name", opens: true, value: (i) => label(NODES[i]) },
      {
        head: "type",
        value: (i) => label(KINDS[NODES[i].kind]),
        kind: (i) => KINDS[NODES[i].kind],
      },
      { head: "values", number: true, value: (i) => NODES[i].facts?.length ?? 0 },
      { head: "links", number: true, value: (i) => edgesOf[i].filter(edgeIsShown).length },
    ],
  },
  {
    id: "edges",
    what: "edge",
    rows: shownEdges,
    all: EDGES.length,
    limit: STEP,
    sort: { column: 0, down: false },
    columns: [
      { head: "from", value: (i) => label(NODES[EDGES[i].a]) },
      { head: "relation", opens: true, value: (i) => label(PREDICATES[EDGES[i].predicate]) },
      { head: "to", value: (i) => label(NODES[EDGES[i].b]) },
      {
        head: "said_by",
        value: (i) => distinct(EDGES[i].claims, (c) => label(DATA.asserters[c.by])),
      },
      { head: "review", value: (i) => distinct(EDGES[i].claims, (c) => codeWord(c.review)) },
    ],
  },
];

function distinct(claims, value) {
  return [...new Set((claims ?? []).map(value))].join(", ");
}

function renderTables() {
  TABLES.forEach(renderTable);
}

function renderTable(table) {
  const rows = sorted(table);
  byId(`${table.id}-count`).textContent = word("shown", { shown: rows.length, all: table.all });
  const body = make(
    "tbody",
    {},
    rows.slice(0, table.limit).map((index) => tableRow(table, index)),
  );
  const focused = document.activeElement?.dataset.column;
  byId(`${table.id}-table`).replaceChildren(tableHead(table), body);
  if (focused?.startsWith(table.id)) document.querySelector(`[data-column="${focused}"]`)?.focus();
  byId(`${table.id}-more`).replaceChildren(moreRows(table, rows));
  markChosen();
}

function sorted(table) {
  const { column, down } = table.sort;
  const { value, number } = table.columns[column];
  const compare = number ? (a, b) => a - b : inOrder();
  const keyed = table.rows().map((index) => ({ index, key: value(index) }));
  keyed.sort((a, b) => compare(a.key, b.key) || a.index - b.index);
  const order = keyed.map(({ index }) => index);
  return down ? order.reverse() : order;
}

function tableHead(table) {
  const cells = table.columns.map(({ head, number }, column) => {
    const now =
      table.sort.column === column ? (table.sort.down ? "descending" : "ascending") : null;
    const sort = button(word(head), () => sortBy(table, column), {
      "data-column": `${table.id}-${column}`,
    });
    return make("th", { scope: "col", "aria-sort": now, class: number ? "number" : "" }, sort);
  });
  return make("thead", {}, make("tr", {}, cells));
}

function sortBy(table, column) {
  const same = table.sort.column === column;
  table.sort = { column, down: same ? !table.sort.down : false };
  renderTable(table);
}

function tableRow(table, index) {
  const cells = table.columns.map((column) => tableCell(column, index));
  return make("tr", { "data-what": table.what, "data-index": index }, cells);
}

function tableCell(column, index) {
  const value = column.value(index);
  const content = column.opens ? make("button", { type: "button" }, value) : value;
  const symbol = column.kind && mark(column.kind(index));
  return make("td", { class: column.number ? "number" : "" }, symbol, content);
}

function moreRows(table, rows) {
  const rest = rows.length - table.limit;
  if (rows.length === 0) return word("empty");
  if (rest <= 0) return "";
  return button(word("more", { n: Math.min(rest, STEP) }), () => {
    table.limit += STEP;
    renderTable(table);
    byId(`${table.id}-table`).querySelectorAll("tbody button")[table.limit - STEP]?.focus();
  });
}

/** Marks the row of what is chosen. */
function markChosen() {
  for (const row of document.querySelectorAll("tr[aria-current]"))
    row.removeAttribute("aria-current");
  if (!state.chosen) return;
  const { what, index } = state.chosen;
  document
    .querySelector(`tr[data-what="${what}"][data-index="${index}"]`)
    ?.setAttribute("aria-current", "true");
}

function openRow(event) {
  const row = event.target.closest("tr[data-index]");
  if (!row || window.getSelection()?.toString()) return;
  choose(row.dataset.what, Number(row.dataset.index), row.querySelector("button"));
}

/** Up and down go from row to row. */
function walkRows(event) {
  const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
  const target = step && event.target.closest("tr[data-index]")?.[step]?.querySelector("button");
  if (!target) return;
  event.preventDefault();
  target.focus();
}

function startTables() {
  for (const { id } of TABLES) {
    byId(`${id}-table`).addEventListener("click", openRow);
    byId(`${id}-table`).addEventListener("keydown", walkRows);
  }
  whenChanged(renderTables);
}
