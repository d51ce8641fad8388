// Elements from data. Text only ever enters through textContent.

export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "colour") node.style.setProperty("--series", value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat()) if (child !== null && child !== undefined)
    node.append(child instanceof Node ? child : document.createTextNode(String(child)));
  return node;
}

// A table with a caption; columns: [{title, number}], rows: arrays of text or nodes.
export function table(caption, columns, rows) {
  const align = (column) => (column.number ? {class: "number"} : column.text ? {class: "text"} : {});
  return element("table", {},
    element("caption", {}, caption),
    element("thead", {}, element("tr", {}, columns.map((c) => element("th", {scope: "col", ...align(c)}, c.title)))),
    element("tbody", {}, rows.map((row) => element("tr", {}, row.map((cell, i) => element("td", align(columns[i]), cell))))));
}

// Fills the section `id`: heading, controls, and a body that scrolls, which is returned.
export function card(id, title, ...controls) {
  const body = element("div", {class: "scroll", tabindex: "0", role: "group", "aria-label": title});
  byId(id).append(element("div", {class: "head"}, element("h2", {id: "h-" + id}, title), ...controls), body);
  return body;
}

export const note = (text) => element("p", {class: "note"}, text);
export const byId = (id) => document.getElementById(id);
