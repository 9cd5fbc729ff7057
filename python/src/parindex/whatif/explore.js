// The widget's view. It draws what Python says and says what was done; it does no arithmetic, and every text from
// outside enters as textContent.

const SLIDE = 80; // milliseconds a slider must rest before it is told
const TYPE = 400; // and a text field
const KEYED = new Set(["button", "input", "select", "summary"]);

let views = 0;

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children);
  // JupyterLab would take arrows and letters for its own commands: x cuts the cell.
  if (KEYED.has(tag)) made.setAttribute("data-lm-suppress-shortcuts", "");
  return made;
}

function button(text, label, onClick, className) {
  const made = element("button", { type: "button", class: className, "aria-label": label, title: label }, text);
  made.addEventListener("click", onClick);
  return made;
}

// Tells Python one thing at a time; of the changes that wait, the last one of each leaf counts.
class Line {
  constructor(model, view) {
    this.model = model;
    this.view = view;
    this.count = 0;
    this.open = null;
    this.waiting = new Map();
    this.timers = new Map();
  }

  soon(code, text, delay) {
    this.forget(code);
    const send = () => {
      this.timers.delete(code);
      this.send("set:" + code, { do: "set", code, text });
    };
    this.timers.set(code, { send, timer: setTimeout(send, delay) });
  }

  forget(code) {
    clearTimeout(this.timers.get(code)?.timer);
    this.timers.delete(code);
    this.waiting.delete("set:" + code);
  }

  forgetAll() {
    for (const code of [...this.timers.keys()]) this.forget(code);
    this.waiting.clear();
  }

  now() {
    for (const { send, timer } of [...this.timers.values()]) {
      clearTimeout(timer);
      send();
    }
  }

  send(key, message) {
    this.waiting.delete(key);
    this.waiting.set(key, message);
    this.next();
  }

  next() {
    if (this.open !== null || this.waiting.size === 0) return;
    const [key, message] = this.waiting.entries().next().value;
    this.waiting.delete(key);
    this.count += 1;
    this.open = { key, id: `${this.view}:${this.count}` };
    this.model.send({ ...message, id: this.open.id });
  }

  answered(id) {
    if (this.open?.id === id) this.open = null;
    this.next();
  }

  isUnsaid(code) {
    const key = "set:" + code;
    return this.timers.has(code) || this.waiting.has(key) || this.open?.key === key;
  }
}

// A control has parts to put in the page, `show(leaf)` and the part that takes the focus.
const controls = {
  slider(leaf, form, tell, names) {
    const range = element("input", { type: "range", min: leaf.min, max: leaf.max, step: leaf.step, ...names });
    const text = textField(leaf, form, tell, names);
    const places = (leaf.step.split(".")[1] || "").length;
    range.addEventListener("input", () => {
      text.field.value = Number(range.value).toFixed(places).replace(".", form.decimal);
      range.setAttribute("aria-valuetext", text.field.value + leaf.unit);
      range.classList.remove("empty");
      tell(text.field.value, SLIDE);
    });
    const show = (state) => {
      range.value = state.at === null ? leaf.min : state.at;
      range.classList.toggle("empty", state.at === null);
      range.setAttribute("aria-valuetext", state.at === null ? form.words.no_evidence : state.text + leaf.unit);
      text.show(state);
    };
    return { parts: [range, ...text.parts], fields: [range, text.field], focus: range, show };
  },

  text(leaf, form, tell, names) {
    const text = textField(leaf, form, tell, names);
    return { parts: text.parts, fields: [text.field], focus: text.field, show: text.show };
  },

  count(leaf, form, tell, names) {
    const text = textField(leaf, form, tell, names);
    text.field.inputMode = "numeric";
    text.field.addEventListener("keydown", (event) => {
      const step = { ArrowUp: 1n, ArrowDown: -1n }[event.key];
      const digits = text.field.value.replace(form.decimal === "," ? /\./g : /,/g, "");
      if (step === undefined || !/^\d{0,18}$/.test(digits)) return;
      event.preventDefault();
      const next = BigInt(digits || "0") + step;
      text.field.value = String(next < 0n ? 0n : next);
      tell(text.field.value, SLIDE);
    });
    return { parts: text.parts, fields: [text.field], focus: text.field, show: text.show };
  },

  switch(leaf, form, tell, names) {
    const box = element("input", { type: "checkbox", role: "switch", ...names });
    const word = element("span", { class: "word", "aria-hidden": "true" });
    const say = (at) => {
      word.textContent = at === null ? form.words.no_evidence : at ? form.words.yes : form.words.no;
    };
    box.addEventListener("change", () => {
      say(box.checked);
      tell(String(box.checked), 0);
    });
    const show = (state) => {
      box.checked = state.at === "true";
      box.indeterminate = state.at === null;
      say(state.at === null ? null : box.checked);
    };
    return { parts: [box, word], fields: [box], focus: box, show };
  },

  select(leaf, form, tell, names) {
    const none = element("option", { value: "" }, `– ${form.words.no_evidence} –`);
    const options = leaf.options.map(([value, text]) => element("option", { value }, text));
    const list = element("select", names, none, ...options);
    list.addEventListener("change", () => tell(list.value, 0));
    const show = (state) => {
      const known = leaf.options.find(([value]) => value.toLowerCase() === (state.at ?? "").toLowerCase());
      list.value = known ? known[0] : "";
    };
    return { parts: [list], fields: [list], focus: list, show };
  },

  parts(leaf, form, tell, names) {
    const boxes = leaf.options.map(([key]) => element("input", { type: "checkbox", value: key }));
    const labels = leaf.options.map(([, text], at) => element("label", {}, boxes[at], text));
    const group = element("div", { role: "group", class: "parts", ...names }, ...labels);
    group.addEventListener("change", () => {
      const done = boxes.filter((box) => box.checked).map((box) => box.value);
      tell(done.join("; ") || "0", 0);
    });
    const show = (state) => {
      const done = (state.at ?? "").split(/[;,]/).map((key) => key.trim().toLowerCase());
      for (const box of boxes) box.checked = done.includes(box.value.toLowerCase());
    };
    return { parts: [group], fields: boxes, focus: boxes[0], show };
  },

  date(leaf, form, tell, names) {
    const day = element("input", { type: "date", ...names });
    // A browser writes the day in an order of its own: beside it stands the day as the language writes it.
    const word = element("span", { class: "word", "aria-hidden": "true" });
    day.addEventListener("change", () => tell(day.value, TYPE));
    const show = (state) => {
      day.value = state.at ?? "";
      word.textContent = state.text || form.words.no_evidence;
    };
    return { parts: [day, word], fields: [day], focus: day, show };
  },
};

function textField(leaf, form, tell, names) {
  const field = element("input", {
    type: "text",
    inputmode: leaf.kind === "slider" ? "decimal" : "text",
    autocomplete: "off",
    spellcheck: "false",
    placeholder: form.words.no_evidence,
    "aria-label": `${leaf.code} ${leaf.name}: ${form.words.value}`,
    "aria-describedby": names["aria-describedby"],
  });
  field.addEventListener("input", () => tell(field.value, TYPE));
  field.addEventListener("change", () => tell(field.value, 0));
  const unit = element("span", { class: "unit", "aria-hidden": "true" }, leaf.unit);
  // What somebody is typing is left alone.
  const show = (state, force) => {
    if (force || document.activeElement !== field) field.value = state.text;
  };
  return { parts: [field, unit], field, show };
}

function leafRow(leaf, form, line, view, onSelect) {
  const id = `${view}-${leaf.code}`;
  const names = { "aria-labelledby": `${id}-name`, "aria-describedby": `${id}-points ${id}-error` };
  const tell = (text, delay) => line.soon(leaf.code, text, delay);
  const control = (controls[leaf.kind] ?? controls.text)(leaf, form, tell, names);
  const points = element("span", { class: "points", id: `${id}-points` });
  const change = element("span", { class: "change" });
  const status = element("span", { class: "status" });
  const error = element("p", { class: "error", id: `${id}-error`, role: "alert" });
  const reset = button("↺", `${form.words.reset}: ${leaf.code}`, () => {
    line.forget(leaf.code);
    control.focus.focus();
    line.send("reset", { do: "reset", code: leaf.code });
  }, "reset");
  const name = element("div", { class: "name", id: `${id}-name`, title: leaf.rule },
    element("span", { class: "code" }, leaf.code), " ", leaf.name);
  if (leaf.assumed) name.append(" ", element("span", { class: "tag" }, form.words.assumed));
  const row = element("div", { class: "leaf", "data-code": leaf.code },
    name, element("div", { class: "control" }, ...control.parts),
    element("div", { class: "worth" }, change, points, status), reset, error);
  row.addEventListener("focusin", () => onSelect(leaf.code));
  name.addEventListener("click", () => control.focus.focus());

  const show = (state, force) => {
    if (force || !line.isUnsaid(leaf.code)) control.show(state, force);
    points.textContent = state.points;
    change.textContent = state.change;
    status.textContent = state.status;
    error.textContent = state.error;
    for (const field of control.fields) field.setAttribute("aria-invalid", state.error ? "true" : "false");
    row.classList.toggle("changed", state.changed);
    row.classList.toggle("refused", Boolean(state.error));
    reset.classList.toggle("idle", !state.changed && !state.error);
    reset.tabIndex = state.changed || state.error ? 0 : -1;
  };
  return { row, show, focus: control.focus };
}

function total(name, words) {
  const value = element("strong");
  const more = element("span", { class: "more" });
  const change = element("span", { class: "change" });
  const start = element("span", { class: "start" });
  const what = element("span", { class: "what" }, words);
  const box = element("div", { class: `total ${name}` }, what, value, more, change, start);
  return { box, value, more, change, start };
}

function saveAs(text, name) {
  const address = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  const link = element("a", { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

function render({ model, el }) {
  views += 1;
  const view = `parindex-explore-${views}-${Math.random().toString(36).slice(2, 8)}`;
  const line = new Line(model, view);
  const root = element("section", { class: "parindex-explore" });
  const say = element("div", { class: "unseen", role: "status", "aria-live": "polite", "aria-atomic": "true" });
  el.append(root);
  let page = null;
  let fresh = null;
  let selected = null;

  function build() {
    const form = model.get("_form");
    const words = form.words;
    const had = root.contains(document.activeElement) ? document.activeElement.dataset.at : null;
    const closed = new Set([...root.querySelectorAll("details:not([open])")].map((one) => one.dataset.code));
    root.lang = form.lang;
    root.setAttribute("aria-label", `${words.title}: ${form.title}`);

    const options = form.units.map(({ unit, name }) =>
      element("option", { value: unit }, name ? `${unit} – ${name}` : unit));
    const units = element("select", { "aria-label": words.unit, "data-at": "unit" }, ...options);
    units.value = form.unit;
    units.disabled = form.units.length < 2;
    units.addEventListener("change", () => {
      line.now();
      line.send("unit", { do: "unit", text: units.value });
    });
    const languages = element("select", { class: "language", "aria-label": words.language, "data-at": "language" },
      element("option", { value: "vi", lang: "vi" }, "Tiếng Việt"),
      element("option", { value: "en", lang: "en" }, "English"));
    languages.value = form.lang;
    languages.addEventListener("change", () => {
      line.now();
      line.send("lang", { do: "lang", text: languages.value });
    });
    const resetAll = button(words.reset_all, words.reset_all, () => {
      line.forgetAll();
      line.send("reset", { do: "reset", code: "" });
    }, "reset-all");
    const download = button(words.download, words.download, () => {
      line.now();
      line.send("csv", { do: "csv" });
    }, "download");
    const changes = element("span", { class: "changes" });
    const head = element("header", {}, element("h2", {}, words.title), units, languages, resetAll, download, changes);

    const totals = {
      points: total("points", words.points),
      index: total("index", words.index),
      rank: total("rank", words.rank),
      chance: total("chance", words.chance),
    };
    const lost = element("ol", { class: "lost" });
    const why = element("p", { class: "why" });
    const assumed = element("p", { class: "note" });
    const side = element("aside", {},
      element("div", { class: "totals" }, ...Object.values(totals).map((one) => one.box)), assumed,
      element("section", { class: "sentence" }, element("h3", {}, words.why), why),
      element("section", { class: "losses" }, element("h3", {}, words.lost), lost));

    const rows = new Map();
    const sums = new Map();
    const fields = element("div", { class: "fields" });
    for (const group of form.groups) {
      const sum = element("span", { class: "sum" });
      sums.set(group.code, sum);
      const title = group.code ? [element("span", { class: "code" }, group.code), " ", group.name] : [group.name];
      const details = element("details", { open: !closed.has(group.code), "data-code": group.code },
        element("summary", {}, element("span", { class: "field" }, ...title), sum));
      for (const leaf of group.leaves) {
        const row = leafRow(leaf, form, line, view, select);
        rows.set(leaf.code, { ...row, details });
        details.append(row.row);
      }
      fields.append(details);
    }
    root.replaceChildren(head, element("div", { class: "body" }, fields, side), say);
    if (had) root.querySelector(`[data-at="${had}"]`)?.focus();
    page = { form, totals, lost, why, assumed, changes, resetAll, rows, sums };
  }

  function select(code) {
    selected = code;
    for (const [one, { row }] of page.rows) row.classList.toggle("selected", one === code);
    const leaf = model.get("_result").leaves[code];
    page.why.textContent = leaf ? leaf.why : page.form.words.choose;
  }

  function goTo(code) {
    const { details, focus, row } = page.rows.get(code);
    details.open = true;
    row.scrollIntoView({ block: "nearest" });
    focus.focus();
  }

  function showLost(rows) {
    const words = page.form.words;
    const items = rows.map(({ code, name, lost }) => {
      const link = button("", `${words.go_to} ${code}: ${lost}`, () => goTo(code), "jump");
      link.append(element("span", { class: "amount" }, lost), element("span", {}, `${code} ${name}`));
      return element("li", {}, link);
    });
    // The list is not redrawn under a finger or a focus.
    if (page.lost.contains(document.activeElement)) {
      const at = [...page.lost.querySelectorAll("button")].indexOf(document.activeElement);
      page.lost.replaceChildren(...items);
      page.lost.querySelectorAll("button")[at]?.focus();
    } else {
      page.lost.replaceChildren(...items);
    }
    if (!items.length) page.lost.replaceChildren(element("li", {}, words.nothing_lost));
  }

  function show() {
    const state = model.get("_result");
    const words = page.form.words;
    const force = state.fresh !== fresh;
    fresh = state.fresh;
    // The answer to what was said last comes first: then its leaf is no longer unsaid.
    line.answered(state.heard);
    for (const [code, row] of page.rows) {
      if (state.leaves[code]) row.show(state.leaves[code], force);
    }
    for (const [code, sum] of page.sums) sum.textContent = state.groups[code] ?? "";
    const put = (total, value, more, change, start) => {
      total.value.textContent = value;
      total.more.textContent = more;
      total.change.textContent = change;
      total.start.textContent = change ? `${words.start}: ${start}` : "";
    };
    put(page.totals.points, state.points, state.max ? `/${state.max}` : "", state.points_change, state.points_start);
    put(page.totals.index, state.index, state.band, "", "");
    put(page.totals.rank, state.rank, `/${state.ranked}`, state.rank_change, state.rank_start);
    put(page.totals.chance, state.chance ?? "", "", state.chance === state.chance_start ? "" : " ", state.chance_start);
    page.totals.chance.box.hidden = state.chance === null;
    page.assumed.textContent = state.assumed;
    page.changes.textContent = state.changes;
    page.resetAll.disabled = !state.changes && !Object.values(state.leaves).some((leaf) => leaf.error);
    showLost(state.lost);
    select(page.rows.has(selected) ? selected : null);
    if (say.textContent !== state.say) say.textContent = state.say;
  }

  const rebuild = () => {
    build();
    fresh = null;
    show();
  };
  const received = (message) => {
    if (typeof message.csv === "string" && page) saveAs(message.csv, message.name);
  };
  model.on("change:_form", rebuild);
  model.on("change:_result", show);
  model.on("msg:custom", received);
  rebuild();
  return () => {
    line.forgetAll();
    model.off("change:_form", rebuild);
    model.off("change:_result", show);
    model.off("msg:custom", received);
  };
}

export default { render };
