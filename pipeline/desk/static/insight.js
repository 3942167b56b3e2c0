// The charts of topics and trainings.
import { colour, data, frame, ink, line, pareto, percent, scores, show, soft, words } from "./charts.js";

function weeks(rows) {
  const base = frame(5);
  return {
    ...base,
    grid: { ...base.grid, left: 56, top: 40 },
    xAxis: { type: "category", data: rows.map((row) => row.name), axisLabel: { color: soft() }, axisLine: { lineStyle: { color: line() } } },
    yAxis: { type: "value", min: 0, axisLabel: { color: soft(), formatter: percent }, splitLine: { lineStyle: { color: line() } } },
    series: [
      {
        type: "bar",
        name: words.share,
        data: rows.map((row) => row.rate ?? 0),
        itemStyle: { color: colour("--agent", "#2b6cb0"), borderColor: ink(), borderWidth: 1 },
        label: { show: true, position: "insideBottom", color: ink(), backgroundColor: colour("--sheet", "#fff"), padding: [1, 4], borderRadius: 3, formatter: (p) => percent(rows[p.dataIndex].rate) },
      },
      {
        type: "custom",
        name: words.interval,
        silent: true,
        data: rows.map((row, at) => [at, row.low, row.high]).filter((row) => row[1] !== null),
        encode: { x: 0, y: [1, 2] },
        itemStyle: { color: soft() },
        renderItem(_, api) {
          const low = api.coord([api.value(0), api.value(1)]);
          const high = api.coord([api.value(0), api.value(2)]);
          const style = { stroke: soft(), lineWidth: 2, fill: "none" };
          return { type: "line", shape: { x1: low[0], y1: low[1], x2: high[0], y2: high[1] }, style };
        },
      },
    ],
  };
}

show({
  sides: () => scores(data.sides),
  weeks: () => weeks(data.weeks),
  problems: () => pareto(data.problems),
});
