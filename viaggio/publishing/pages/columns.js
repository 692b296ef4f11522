// A table with its columns (#table), or where a column comes from and goes to (#table/column).
"use strict";

const view = document.getElementById("view");
// References that read a column's value, by the reference they read.
const USES = new Map();
TABLES.forEach((table, number) => {
  const all = table.columns.map((_, column) => [number, column]);
  for (const reference of [...all, [number, ROWS]]) {
    for (const parent of parents(reference)) {
      const key = String(parent);
      if (!USES.has(key)) USES.set(key, []);
      USES.get(key).push(reference);
    }
  }
});

function label([table, column]) {
  return [element("span", { class: "layer" }, TABLES[table].layer), tableLink(table), " · ",
    columnLink(table, column)];
}

// A tree that is opened step by step; `next` gives the branches of a reference.
function tree(references, next, path) {
  return element("ul", { class: "tree" }, ...references.map((reference) => {
    const branches = path.includes(String(reference)) ? [] : next(reference);
    if (!branches.length) return element("li", {}, ...label(reference));
    const details = element("details", {}, element("summary", {}, ...label(reference)));
    details.addEventListener("toggle", () => {
      if (details.open && details.children.length === 1) {
        details.append(tree(branches, next, [...path, String(reference)]));
      }
    });
    return element("li", {}, details);
  }));
}

// References as a table: one line per table, with its columns.
function byTable(references) {
  const grouped = new Map();
  for (const [table, column] of [...references].sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    grouped.set(table, [...(grouped.get(table) || []), column]);
  }
  const lines = [...grouped].map(([table, columns]) => element("tr", {},
    element("td", {}, element("span", { class: "layer" }, TABLES[table].layer), tableLink(table)),
    element("td", {}, ...columns.flatMap((column, place) =>
      [place ? ", " : "", columnLink(table, column)]))));
  return element("table", {}, element("tr", {}, element("th", {}, "Table"),
    element("th", {}, "Columns")), ...lines);
}

const isRaw = ([table]) => TABLES[table].layer === "raw";
const BEGINNINGS = {
  raw: "It comes from the files that landed; nothing lies before it.",
  records: "The pipeline's own record of what it did; nothing lies before it.",
  seeds: "A list that is kept in seeds/.",
};

// The expression that computes a column, in its own model or in one that passes it on.
function computation(reference) {
  const [table, column] = reference;
  const sql = column === ROWS ? "" : TABLES[table].columns[column][3];
  const made = parents(reference);
  return sql || made.length !== 1 ? [table, sql] : computation(made[0]);
}

function showColumn(reference) {
  const [number, column] = reference;
  const table = TABLES[number];
  const [name, words, begin] = column === ROWS
    ? ["rows", `The rows of ${table.name}, which counts count.`] : table.columns[column];
  view.append(
    element("h2", {}, tableLink(number), ` · ${name}`),
    element("p", {}, words || ""));
  if (BEGINNINGS[table.layer]) view.append(element("p", {}, BEGINNINGS[table.layer]));
  else {
    const made = ends(reference, false);
    const raw = made.filter(isRaw);
    const further = ends(reference, true).filter(isRaw);
    if (begin !== undefined) view.append(element("p", {}, "Begins at: ", element("b", {}, DATA.begins[begin]), "."));
    const [model, sql] = computation(reference);
    if (sql) {
      view.append(element("h3", {}, "How it is computed, in ", tableLink(model)), element("pre", {}, sql));
    }
    view.append(element("h3", {}, raw.length ? "Made of these raw columns" : "Begins here"));
    view.append(byTable(raw.length ? raw : made));
    const chosen = raw.length ? [] : further;
    if (chosen.length) view.append(element("h3", {}, "Its value is chosen by"), byTable(chosen));
    const direct = parents(reference);
    if (direct.length) {
      view.append(element("h3", {}, "Step by step, to the raw tables"), tree(direct, parents, []));
    }
    if (choosers(reference).length) {
      view.append(element("h3", {}, "Columns that choose its value, step by step"),
        tree(choosers(reference), parents, []));
    }
  }
  const uses = USES.get(String(reference)) || [];
  view.append(element("h3", {}, "Read by"));
  if (uses.length) view.append(tree(uses, (each) => USES.get(String(each)) || [], []));
  const pages = table.pages.length ? ` Its table is read by: ${table.pages.join(", ")}.` : "";
  if (pages || !uses.length) {
    view.append(element("p", {}, `${uses.length ? "" : "No column is made of it."}${pages}`));
  }
}

// What a column begins at, in a line of its table.
function begins(reference) {
  const [table, column] = reference;
  if (BEGINNINGS[TABLES[table].layer]) return "";
  const raw = ends(reference, false).filter(isRaw);
  const shown = raw.slice(0, 4).map(([from, part]) => `${TABLES[from].name} ${columnName(from, part)}`);
  if (!raw.length) return DATA.begins[TABLES[table].columns[column][2]];
  return shown.join(", ") + (raw.length > 4 ? ` and ${raw.length - 4} more` : "");
}

function showTable(number) {
  const table = TABLES[number];
  const kind = ["raw", "records"].includes(table.layer) ? "source" : table.layer === "seeds" ? "seed" : "model";
  view.append(
    element("h2", {}, table.name),
    element("p", {}, table.words),
    element("p", {}, link(`areas.html#${table.name}`, "What it is made of, drawn"), " · ",
      link(`areas.html#${table.layer}/${table.area}`, `Area ${table.area}`), " · ",
      link(`models.html#!/${kind}/${table.id}`, "In dbt docs (SQL, tests)")),
    element("table", {},
      element("tr", {}, ...["Column", "Holds", "Begins at"].map((each) => element("th", {}, each))),
      ...table.columns.map((each, column) => element("tr", {},
        element("td", {}, columnLink(number, column)),
        element("td", {}, each[1]),
        element("td", { class: "how" }, begins([number, column]))))));
  if (table.pages.length) view.append(element("p", {}, `Read by: ${table.pages.join(", ")}.`));
}

onPlace((place) => {
  const [name, part] = place.split("/");
  const number = NUMBER.get(name);
  view.replaceChildren();
  document.title = name ? `${place.replace("/", ".")}: where it comes from` : "Where columns come from";
  if (number === undefined) {
    if (name) view.append(element("p", { class: "bad" }, `There is no table ${name}.`));
    view.append(element("p", {}, "Search a column, or choose a table."), areas(["marts", "audit"]));
    return;
  }
  const column = part === "*" ? ROWS : TABLES[number].columns.findIndex(([each]) => each === part);
  if (part && (column !== ROWS || part === "*")) showColumn([number, column]);
  else showTable(number);
});
