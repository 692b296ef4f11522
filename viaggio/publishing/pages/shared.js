// What the pages share: the tables of data.js by number and by name, links, search and a tree.
"use strict";

const TABLES = DATA.tables;
const NUMBER = new Map(TABLES.map((table, number) => [table.name, number]));
const ROWS = -1;
const MOST_FOUND = 30;

// An element; children are elements or texts, so that no text is read as HTML.
function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

const link = (href, words) => element("a", { href }, words);
const columnName = (table, column) => (column === ROWS ? "rows" : TABLES[table].columns[column][0]);
const columnLink = (table, column, words) =>
  link(`columns.html#${TABLES[table].name}/${column === ROWS ? "*" : columnName(table, column)}`,
    words || columnName(table, column));
const tableLink = (table) => link(`columns.html#${TABLES[table].name}`, TABLES[table].name);
const isPublished = (table) => ["marts", "audit"].includes(TABLES[table].layer);

// Columns (or rows) that a column is made of, and those that choose its value.
function parents([table, column]) {
  return column === ROWS ? TABLES[table].rows : TABLES[table].columns[column][4] || [];
}

function choosers([table, column]) {
  return column === ROWS ? [] : TABLES[table].columns[column][5] || [];
}

// Ends upstream of a column: references that come from no other.
function ends(reference, isChosen) {
  const seen = new Set();
  const found = [];
  const ahead = [reference];
  while (ahead.length) {
    const next = ahead.pop();
    if (seen.has(String(next))) continue;
    seen.add(String(next));
    const made = isChosen ? [...parents(next), ...choosers(next)] : parents(next);
    if (made.length) ahead.push(...made);
    else found.push(next);
  }
  return found;
}

// The first sentence of a description.
const briefly = (words) => words.split(/(?<=\.)\s/)[0];

// Tables of some layers by area, each with a link.
function areas(layers) {
  const grid = element("div", { class: "areas" });
  for (const layer of layers) {
    const byArea = new Map();
    TABLES.forEach((table, number) => {
      if (table.layer === layer) byArea.set(table.area, [...(byArea.get(table.area) || []), number]);
    });
    for (const [area, numbers] of byArea) {
      grid.append(element("section", {},
        element("h3", {}, link(`areas.html#${layer}/${area}`, area), ` `,
          element("small", {}, layer)),
        element("ul", {}, ...numbers.map((number) => element("li", {}, tableLink(number))))));
    }
  }
  return grid;
}

// Tables and columns whose name has all words that are typed, the published and shortest first.
function search(typed) {
  const words = typed.toLowerCase().split(/[\s./]+/).filter(Boolean);
  const found = [];
  if (!words.length) return found;
  const has = (name) => words.every((word) => name.includes(word));
  TABLES.forEach((table, number) => {
    if (has(table.name)) found.push([number, null, table.name]);
    table.columns.forEach(([name], column) => {
      if (words.some((word) => name.includes(word)) && has(`${table.name} ${name}`)) {
        found.push([number, column, name]);
      }
    });
  });
  const rank = ([number, column, name]) =>
    (words.includes(name) ? 0 : 4) + (isPublished(number) ? 0 : 2) + (column === null ? 0 : 1);
  return found.sort((a, b) => rank(a) - rank(b) || a[2].length - b[2].length);
}

function showFound(typed) {
  const found = search(typed);
  const list = document.getElementById("found");
  list.replaceChildren(...found.slice(0, MOST_FOUND).map(([number, column]) => {
    const table = TABLES[number];
    const words = column === null ? table.words : table.columns[column][1];
    return element("li", {}, element("span", { class: "layer" }, table.layer),
      column === null ? tableLink(number) : columnLink(number, column,
        `${table.name}.${columnName(number, column)}`),
      " ", element("span", { class: "how" }, briefly(words)));
  }));
  if (found.length > MOST_FOUND) list.append(element("li", {}, `and ${found.length - MOST_FOUND} more`));
  if (typed.trim() && !found.length) list.append(element("li", {}, "No table or column has this name."));
}

const input = document.getElementById("search");
input.addEventListener("input", () => showFound(input.value));
// A link to another place of the same page shows that place and ends the search.
function onPlace(show) {
  const shown = () => {
    input.value = "";
    showFound("");
    show(decodeURIComponent(location.hash.slice(1)));
    scrollTo(0, 0);
  };
  addEventListener("hashchange", shown);
  shown();
}
