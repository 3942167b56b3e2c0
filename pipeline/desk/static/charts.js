// Charts of the desk. Every figure in them stands in a table of the page as well: without scripts, or
// without eyes, nothing is missing. Shapes and patterns tell series apart, colour only helps.
const { echarts } = globalThis;
const ROW = 34;
const FRAME = 96;
const LABEL = 180;

export const data = JSON.parse(document.querySelector('script[type="application/json"][id$="-data"]').textContent);
export const words = data.words;
const css = getComputedStyle(document.documentElement);
export const colour = (name, other) => css.getPropertyValue(name).trim() || other;
export const ink = () => colour("--ink", "#222");
export const soft = () => colour("--soft", "#666");
export const line = () => colour("--line", "#ccc");
export const percent = (value) => (value === null ? "–" : `${(100 * value).toFixed(1)}%`);
const short = (text, most = 14) => ([...text].length > most ? [...text].slice(0, most).join("") + "…" : text);

export function frame(rows) {
  const narrow = window.innerWidth < 600;
  return {
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    aria: { enabled: true, decal: { show: true } },
    textStyle: { color: ink(), fontFamily: "inherit" },
    grid: { left: narrow ? 110 : LABEL, right: narrow ? 24 : 64, top: 40, bottom: 32, containLabel: false },
    tooltip: { renderMode: "richText", confine: true },
    legend: { top: 0, left: 0, textStyle: { color: ink() } },
    color: ["--agent", "--unsure", "--customer", "--other", "--both", "--nobody"].map((name) => colour(name, "#888")),
    rows,
  };
}

export function names(list, most) {
  return {
    type: "category",
    inverse: true,
    data: list,
    axisTick: { show: false },
    axisLine: { lineStyle: { color: line() } },
    axisLabel: { color: ink(), formatter: (text) => short(text, window.innerWidth < 600 ? 7 : most) },
  };
}

export function shares() {
  return {
    type: "value",
    max: 1,
    axisLabel: { color: soft(), formatter: (value) => `${Math.round(100 * value)}%` },
    splitLine: { lineStyle: { color: line() } },
  };
}

// A line from low to high with a stroke at both ends.
export function whisker(rows) {
  return {
    type: "custom",
    name: words.interval,
    silent: true,
    z: 1,
    data: rows.map((row, at) => [at, row.low, row.high]).filter((row) => row[1] !== null),
    encode: { y: 0, x: [1, 2] },
    itemStyle: { color: soft() },
    renderItem(_, api) {
      const at = api.value(0);
      const low = api.coord([api.value(1), at]);
      const high = api.coord([api.value(2), at]);
      const style = { stroke: soft(), lineWidth: 2, fill: "none" };
      const stroke = (x1, y1, x2, y2) => ({ type: "line", shape: { x1, y1, x2, y2 }, style });
      return {
        type: "group",
        children: [
          stroke(low[0], low[1], high[0], high[1]),
          stroke(low[0], low[1] - 6, low[0], low[1] + 6),
          stroke(high[0], high[1] - 6, high[0], high[1] + 6),
        ],
      };
    },
  };
}

export function dots(name, rows, key, symbol, tint, label) {
  return {
    type: "scatter",
    name,
    symbol,
    symbolSize: 12,
    z: 3,
    itemStyle: { color: tint, borderColor: ink(), borderWidth: 1 },
    data: rows.map((row, at) => ({ value: [row[key], at], row })).filter((one) => one.value[0] !== null),
    label: label && { show: true, position: "right", color: ink(), formatter: (p) => label(p.data.row) },
    tooltip: { formatter: (p) => `${p.data.row.name}\n${name} ${percent(p.value[0])}` },
  };
}

export function scores(rows) {
  return {
    ...frame(rows.length),
    xAxis: { ...shares(), min: (range) => Math.max(0, Math.floor(range.min * 10 - 1) / 10) },
    yAxis: names(rows.map((row) => row.name), 12),
    series: [
      whisker(rows),
      dots(words.all, rows, "all", "diamond", colour("--sheet", "#fff"), null),
      dots(words.random, rows, "mean", "circle", colour("--agent", "#2b6cb0"), null),
    ],
  };
}

export function pareto(rows) {
  return {
    ...frame(rows.length),
    xAxis: [
      { type: "value", minInterval: 1, axisLabel: { color: soft() }, splitLine: { lineStyle: { color: line() } } },
      { ...shares(), min: 0, splitLine: { show: false }, position: "top", axisLabel: { show: false } },
    ],
    yAxis: names(rows.map((row) => row.name), 12),
    series: [
      {
        type: "bar",
        name: words.cards,
        data: rows.map((row) => row.cards),
        itemStyle: { color: colour("--fail", "#c0392b"), borderColor: ink(), borderWidth: 1 },
        label: { show: true, position: "insideLeft", color: ink(), backgroundColor: colour("--sheet", "#fff"), padding: [1, 4], borderRadius: 3 },
      },
      {
        type: "line",
        name: words.cumulative,
        xAxisIndex: 1,
        symbol: "rect",
        symbolSize: 7,
        lineStyle: { color: soft(), type: "dashed" },
        itemStyle: { color: soft() },
        data: rows.map((row, at) => [row.cumulative, at]),
        tooltip: { formatter: (p) => `${words.cumulative} ${percent(p.value[0])}` },
      },
    ],
  };
}

function draw(made) {
  for (const place of document.querySelectorAll("[data-chart]")) {
    const { rows, ...option } = made[place.dataset.chart]();
    if (!rows) continue;
    place.hidden = false;
    place.style.height = `${FRAME + rows * ROW}px`;
    const chart = echarts.getInstanceByDom(place) || echarts.init(place);
    chart.setOption(option, true);
    chart.resize();
  }
}

// Draws what the page has a place for, now and whenever its width or its colours change.
export function show(made) {
  draw(made);
  let waiting = 0;
  addEventListener("resize", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => draw(made), 150);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => draw(made));
}
