// The text with every figure marked. The server counts code points, the browser UTF-16 units.

/** The places of sorted code points in a text, in UTF-16 units. */
export function units(text, points) {
  const found = new Map();
  let unit = 0;
  let point = 0;
  for (const wanted of points) {
    while (point < wanted && unit < text.length) {
      unit += text.codePointAt(unit) > 0xffff ? 2 : 1;
      point += 1;
    }
    found.set(wanted, unit);
  }
  return found;
}

/** Fills a pane with a text; a figure inside another one's mark has none of its own. */
export function showText(pane, text, candidates, choose) {
  const points = [...new Set(candidates.flatMap((one) => [one.start, one.end]))].sort((a, b) => a - b);
  const at = units(text, points);
  const parts = [];
  let done = 0;
  for (const one of candidates) {
    const [start, end] = [at.get(one.start), at.get(one.end)];
    if (start < done) continue;
    const mark = document.createElement("mark");
    mark.dataset.id = one.id;
    mark.textContent = text.slice(start, end);
    mark.addEventListener("click", () => choose(one.id));
    parts.push(text.slice(done, start), mark);
    done = end;
  }
  pane.replaceChildren(...parts, text.slice(done));
}

/** Shows in the text what was decided, and which figure is open. */
export function showMarks(pane, states, current) {
  for (const mark of pane.querySelectorAll("mark")) {
    const one = states.get(mark.dataset.id);
    mark.className = one.written ? "written" : one.decision || "open";
    if (mark.dataset.id !== current) mark.removeAttribute("aria-current");
    else {
      mark.setAttribute("aria-current", "true");
      const box = pane.getBoundingClientRect();
      const own = mark.getBoundingClientRect();
      if (own.top < box.top || own.bottom > box.bottom) {
        pane.scrollTop += own.top - box.top - box.height / 3;
      }
    }
  }
}
