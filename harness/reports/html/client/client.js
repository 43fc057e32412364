// The page's only script: the theme, and the tables that are unfolded a page of rows at a time. Everything from a
// run becomes text nodes, never HTML.
(() => {
  const PAGE = 100;
  const SEGMENTS = ['waiting', 'cold start', 'S3', 'compute', 'other'];
  const SVG = 'http://www.w3.org/2000/svg';

  /** An element with attributes and children; strings become text. */
  function element(name, attributes = {}, ...children) {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    node.append(...children);
    return node;
  }

  /** The data of an island, unzipped; `undefined` when the file does not hold it. */
  async function read(id) {
    const island = document.getElementById(`data-${id}`);
    if (!island) return undefined;
    const bytes = Uint8Array.from(atob(island.textContent), (character) => character.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
    return new Response(stream).json();
  }

  function setUpTheme() {
    const button = document.getElementById('theme');
    const system = matchMedia('(prefers-color-scheme: dark)');
    const isDark = () =>
      (document.documentElement.dataset.theme ?? (system.matches ? 'dark' : 'light')) === 'dark';
    const show = () => button.setAttribute('aria-pressed', String(isDark()));
    button.addEventListener('click', () => {
      document.documentElement.dataset.theme = isDark() ? 'light' : 'dark';
      show();
    });
    system.addEventListener('change', show);
    show();
  }

  /** A row's bar: what it did from when to when, on the span of all rows. */
  function bar(parts, spanMs) {
    const svg = document.createElementNS(SVG, 'svg');
    svg.setAttribute('class', 'bar');
    svg.setAttribute('viewBox', '0 0 1000 10');
    svg.setAttribute('preserveAspectRatio', 'none');
    svg.setAttribute('aria-hidden', 'true');
    for (let at = 0; at < parts.length; at += 3) {
      const [kind, startMs, durationMs] = parts.slice(at, at + 3);
      const rect = document.createElementNS(SVG, 'rect');
      rect.setAttribute('class', `s${kind + 1}`);
      rect.setAttribute('x', String((startMs / spanMs) * 1000));
      rect.setAttribute('width', String(Math.max(0.5, (durationMs / spanMs) * 1000)));
      rect.setAttribute('height', '10');
      const title = document.createElementNS(SVG, 'title');
      title.textContent = `${SEGMENTS[kind]} ${(durationMs / 1000).toFixed(3)} s`;
      rect.append(title);
      svg.append(rect);
    }
    return svg;
  }

  function tone(text) {
    if (/fail|abort|timed|timeout|error|throttl|exit/i.test(text) && !/Exited$/.test(text)) return 'bad';
    return /succe|^ok$|passed/i.test(text) ? 'good' : 'neutral';
  }

  function cellOf(column, value, spanMs) {
    if (column.kind === 'bar') return element('td', { class: 'bar-cell' }, bar(value, spanMs));
    if (value === null) return element('td', { class: 'number' }, '–');
    if (column.kind === 'seconds') return element('td', { class: 'number' }, `${value.toFixed(3)} s`);
    if (column.kind === 'number') return element('td', { class: 'number' }, value.toLocaleString('en-US'));
    if (column.kind === 'status')
      return element('td', {}, element('span', { class: `badge ${tone(value)}` }, value));
    return element('td', { class: 'text' }, String(value));
  }

  /** JSON laid out, anything else as it is. */
  function laidOut(text) {
    if (!/^\s*[[{]/.test(text)) return text;
    try {
      return JSON.stringify(JSON.parse(text), null, 2);
    } catch {
      return text;
    }
  }

  function compare(a, b) {
    if (a === b) return 0;
    if (a === null) return 1;
    if (b === null) return -1;
    return a < b ? -1 : 1;
  }

  async function bigTable(host) {
    const id = host.dataset.table;
    const { columns, rows, spanMs, kept, chunk } = await read(id);
    const all = rows.map((_, index) => index);
    const state = { shown: all, page: 0, sort: -1, descending: false, text: '', status: '' };
    const statusColumn = columns.findIndex((column) => column.kind === 'status');
    const chunks = new Map();

    const search = element('input', { type: 'search', 'aria-label': `Search in ${host.dataset.caption}` });
    search.placeholder = 'Search';
    const controls = element('div', { class: 'controls' }, search);
    if (statusColumn >= 0) controls.append(statusFilter());
    const status = element('span', { role: 'status' });
    const back = element('button', { type: 'button' }, 'Previous');
    const forward = element('button', { type: 'button' }, 'Next');
    controls.append(back, forward, status);
    const headings = columns.map((column, index) => heading(column, index));
    const body = element('tbody');
    const table = element(
      'table',
      {},
      element('caption', {}, host.dataset.caption),
      element('thead', {}, element('tr', {}, element('th', { scope: 'col' }, 'details'), ...headings)),
      body,
    );
    const scroll = { class: 'scroll', tabindex: '0', role: 'group', 'aria-label': host.dataset.caption };
    host.replaceChildren(controls, element('div', scroll, table));

    search.addEventListener('input', () => {
      state.text = search.value.toLowerCase();
      choose();
    });
    back.addEventListener('click', () => turn(-1));
    forward.addEventListener('click', () => turn(1));
    choose();

    function statusFilter() {
      const values = [...new Set(rows.map((row) => row[statusColumn]))].sort();
      const select = element('select', { 'aria-label': `Only rows whose ${columns[statusColumn].label} is` });
      select.append(element('option', { value: '' }, `any ${columns[statusColumn].label}`));
      for (const value of values) select.append(element('option', { value }, value));
      select.addEventListener('change', () => {
        state.status = select.value;
        choose();
      });
      return select;
    }

    function heading(column, index) {
      if (column.kind === 'bar') return element('th', { scope: 'col', class: 'bar-cell' }, column.label);
      const button = element('button', { type: 'button', class: 'sort' }, column.label);
      button.addEventListener('click', () => {
        state.descending = state.sort === index && !state.descending;
        state.sort = index;
        for (const one of headings) one.removeAttribute('aria-sort');
        button.parentElement.setAttribute('aria-sort', state.descending ? 'descending' : 'ascending');
        choose();
      });
      const isNumber = column.kind === 'number' || column.kind === 'seconds';
      return element('th', { scope: 'col', ...(isNumber ? { class: 'number' } : {}) }, button);
    }

    function choose() {
      const matches = (row) =>
        (state.status === '' || row[statusColumn] === state.status) &&
        (state.text === '' ||
          row.some((cell) => !Array.isArray(cell) && String(cell).toLowerCase().includes(state.text)));
      state.shown = all.filter((index) => matches(rows[index]));
      if (state.sort >= 0) {
        const sign = state.descending ? -1 : 1;
        state.shown.sort((a, b) => sign * compare(rows[a][state.sort], rows[b][state.sort]) || a - b);
      }
      state.page = 0;
      show();
    }

    function turn(by) {
      state.page += by;
      show();
    }

    function show() {
      const from = state.page * PAGE;
      const page = state.shown.slice(from, from + PAGE);
      body.replaceChildren(...page.map(rowOf));
      const last = from + page.length;
      status.textContent =
        page.length === 0
          ? 'No row matches'
          : `${(from + 1).toLocaleString('en-US')} to ${last.toLocaleString('en-US')} of ${state.shown.length.toLocaleString('en-US')}`;
      back.disabled = state.page === 0;
      forward.disabled = last >= state.shown.length;
    }

    function rowOf(index) {
      const label = `Details of ${rows[index][0]}`;
      const button = element('button', {
        type: 'button',
        class: 'more',
        'aria-expanded': 'false',
        'aria-label': label,
      });
      const row = element(
        'tr',
        {},
        element('td', {}, button),
        ...columns.map((column, at) => cellOf(column, rows[index][at], spanMs)),
      );
      button.addEventListener('click', () => toggle(row, button, index));
      return row;
    }

    async function toggle(row, button, index) {
      if (button.getAttribute('aria-expanded') === 'true') {
        button.setAttribute('aria-expanded', 'false');
        row.nextElementSibling.remove();
        return;
      }
      button.setAttribute('aria-expanded', 'true');
      const cell = element('td', { colspan: String(columns.length + 1), class: 'detail' });
      row.after(element('tr', {}, cell));
      const parts = await detailOf(index);
      cell.replaceChildren(...parts.flatMap(({ title, text }) => part(title, text)));
    }

    async function detailOf(index) {
      if (index >= kept)
        return [{ title: 'Not in this file', text: "The details are in the files of the run's folder." }];
      const number = Math.floor(index / chunk);
      if (!chunks.has(number)) chunks.set(number, read(`${id}-${number}`));
      return (await chunks.get(number))[index % chunk];
    }
  }

  function part(title, text) {
    return [
      element('p', { class: 'detail-title' }, title),
      element('pre', { tabindex: '0', role: 'group', 'aria-label': title }, laidOut(text)),
    ];
  }

  /** Tables come to life when they are near, so a report of many runs opens at once. */
  function setUpTables() {
    const observer = new IntersectionObserver(
      (entries) => {
        for (const entry of entries) {
          if (!entry.isIntersecting) continue;
          observer.unobserve(entry.target);
          bigTable(entry.target);
        }
      },
      { rootMargin: '600px' },
    );
    for (const host of document.querySelectorAll('[data-table]')) observer.observe(host);
  }

  /** A link to a run unfolds it. */
  function openTarget() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const run = target?.closest('details');
    if (!run) return;
    run.open = true;
    target.scrollIntoView();
  }

  setUpTheme();
  setUpTables();
  addEventListener('hashchange', openTarget);
  openTarget();
})();
