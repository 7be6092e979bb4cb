"use strict";

/* Tables that sort and filter, and plots in the colours of the theme. Without it every page still says everything. */

(() => {
  /* Tables */

  const valueOf = (row, column, kind) => {
    const cell = row.cells[column];
    const text = cell.dataset.value ?? cell.textContent.trim();
    if (kind === "text") {
      return text.toLowerCase();
    }
    const number = parseFloat(text);
    return Number.isNaN(number) ? null : number;
  };

  const compare = (one, other, sign) => {
    if (one === null || other === null) {
      return (one === null) - (other === null); // What has no value stands last, whichever way one sorts.
    }
    return sign * (typeof one === "string" ? one.localeCompare(other, undefined, { numeric: true }) : one - other);
  };

  const sortBy = (table, header) => {
    const direction = header.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
    for (const other of table.tHead.querySelectorAll("[aria-sort]")) {
      other.setAttribute("aria-sort", "none");
    }
    header.setAttribute("aria-sort", direction);
    const sign = direction === "ascending" ? 1 : -1;
    const body = table.tBodies[0];
    const rows = Array.from(body.rows, (row) => [valueOf(row, header.cellIndex, header.dataset.sort), row]);
    rows.sort(([one], [other]) => compare(one, other, sign));
    body.append(...rows.map(([, row]) => row));
  };

  const makeSortable = (table) => {
    for (const header of table.tHead.querySelectorAll("th[data-sort]")) {
      const button = document.createElement("button");
      button.type = "button";
      const small = header.querySelector("small");
      button.append(...Array.from(header.childNodes).filter((node) => node !== small));
      header.prepend(button);
      header.setAttribute("aria-sort", "none");
      button.addEventListener("click", () => sortBy(table, header));
    }
  };

  const makeFilter = (box, number) => {
    const rows = Array.from(box.querySelector("tbody").rows);
    const line = document.createElement("div");
    const label = document.createElement("label");
    const input = document.createElement("input");
    const count = document.createElement("output");
    line.className = "filter";
    input.type = "search";
    input.id = `filter-${number}`;
    input.placeholder = "a name, a licence, \u2026";
    input.autocomplete = "off";
    label.htmlFor = input.id;
    label.textContent = "Show rows with";
    count.setAttribute("aria-live", "polite");
    count.htmlFor.add(input.id);
    const apply = () => {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      for (const row of rows) {
        const text = row.textContent.toLowerCase();
        row.hidden = !words.every((word) => text.includes(word));
      }
      const shown = rows.filter((row) => !row.hidden).length;
      count.textContent = shown === rows.length ? `${rows.length} rows` : `${shown} of ${rows.length} rows`;
    };
    input.addEventListener("input", apply);
    line.append(label, input, count);
    box.prepend(line);
    apply();
  };

  /* Plots */

  const styles = () => getComputedStyle(document.documentElement);

  const coloured = (value, style) => {
    if (typeof value === "string") {
      return value.startsWith("@") ? style.getPropertyValue(`--${value.slice(1)}`).trim() : value;
    }
    if (Array.isArray(value)) {
      return value.map((item) => coloured(item, style));
    }
    if (value !== null && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, coloured(item, style)]));
    }
    return value;
  };

  const commonAxis = {
    gridcolor: "@grid",
    linecolor: "@line",
    zeroline: false,
    automargin: true,
    tickfont: { color: "@soft" },
    title: { font: { color: "@soft", size: 13 }, standoff: 8 },
    ticks: "",
  };

  const mergedAxis = (own) => ({ ...commonAxis, ...own, title: { ...commonAxis.title, ...own.title } });

  const layoutFor = (layout) => {
    const axes = Object.keys(layout).filter((key) => /^[xy]axis/.test(key));
    return {
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      font: { family: styles().getPropertyValue("--sans"), size: 12.5, color: "@ink" },
      margin: { l: 58, r: 16, t: 16, b: 50 },
      hoverlabel: { bgcolor: "@surface", bordercolor: "@line", font: { color: "@ink" }, align: "left" },
      showlegend: false,
      // A finger that scrolls the page must not zoom a plot.
      dragmode: matchMedia("(pointer: fine)").matches ? "zoom" : false,
      ...layout,
      ...Object.fromEntries(axes.map((key) => [key, mergedAxis(layout[key])])),
    };
  };

  const draw = (source) => {
    const figure = JSON.parse(source.textContent);
    const style = styles();
    const target = document.getElementById(source.dataset.figure);
    const layout = coloured(layoutFor(figure.layout), style);
    Plotly.react(target, coloured(figure.data, style), layout, { displayModeBar: false, responsive: true });
  };

  const drawAll = () => {
    for (const source of document.querySelectorAll("script[data-figure]")) {
      draw(source);
    }
  };

  /* A page on paper has no summaries to open. */

  const openForPrint = () => {
    for (const details of document.querySelectorAll("details:not([open])")) {
      details.open = true;
    }
  };

  document.querySelectorAll("table.sortable").forEach(makeSortable);
  document.querySelectorAll("[data-filter]").forEach(makeFilter);
  window.addEventListener("beforeprint", openForPrint);
  if (typeof Plotly !== "undefined") {
    drawAll();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  }
})();
