// Starts the page and changes its language.

function writeWords() {
  document.documentElement.lang = page.lang;
  const targets = { word: "textContent", wordLabel: "ariaLabel", wordPlaceholder: "placeholder" };
  for (const element of document.querySelectorAll(
    "[data-word], [data-word-label], [data-word-placeholder]",
  )) {
    for (const [mark, property] of Object.entries(targets)) {
      if (element.dataset[mark]) element[property] = word(element.dataset[mark]);
    }
  }
  const size = { nodes: NODES.length, edges: EDGES.length };
  document.title = byId("title").textContent = label(DATA.title);
  byId("counts").textContent = word("counts", size);
  byId("graph").ariaLabel = word("graph_name", size);
  if (DATA.asOf) byId("as-of").textContent = word("as_of", { date: DATA.asOf });
}

function speak(lang) {
  page.lang = lang;
  for (const choice of document.querySelectorAll(".languages button")) {
    choice.setAttribute("aria-pressed", String(choice.value === lang));
  }
  writeWords();
  renderPanel();
  changed();
}

function start() {
  document.documentElement.classList.remove("static");
  startDrawing();
  startSearch();
  startFilters();
  startTables();
  writeWords();
  changed();
  for (const choice of document.querySelectorAll(".languages button")) {
    choice.addEventListener("click", () => speak(choice.value));
  }
  byId("panel-close").addEventListener("click", closePanel);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closePanel();
  });
  window.graphPage = Object.freeze({ network, choose }); // for the browser's console and tests
}

start();
