// The charts of the overview.
import { colour, data, dots, frame, ink, line, names, pareto, scores, shares, show, soft, whisker, words } from "./charts.js";

function precision(rows) {
  return {
    ...frame(rows.length),
    xAxis: { ...shares(), min: 0 },
    yAxis: names(rows.map((row) => row.name), 12),
    series: [whisker(rows), dots(words.precision, rows, "rate", "circle", colour("--agent", "#2b6cb0"), null)],
  };
}

function work(rows, days) {
  const base = frame(10);
  return {
    ...base,
    grid: { ...base.grid, left: 44, top: 56 },
    xAxis: { type: "category", data: days, axisLabel: { color: soft() }, axisLine: { lineStyle: { color: line() } } },
    yAxis: { type: "value", minInterval: 1, axisLabel: { color: soft() }, splitLine: { lineStyle: { color: line() } } },
    legend: { ...base.legend, type: "scroll" },
    series: rows.map((row) => ({
      type: "bar",
      stack: "people",
      name: row.name,
      data: row.counts,
      itemStyle: { borderColor: ink(), borderWidth: 0.5 },
    })),
  };
}

const made = {
  teams: () => scores(data.teams),
  charged: () => pareto(data.charged),
  precision: () => precision(data.precision),
  work: () => work(data.work, data.days),
};

show(made);
