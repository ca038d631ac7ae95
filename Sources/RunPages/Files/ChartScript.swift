extension PageFile {
    /// A chart of lines.
    static let chart = script(
        #"""
        // A chart of lines, drawn in SVG. Lines differ in dashes and not in colour alone; a slider tells the values of a place.

        import { drawing, element, number, say } from "./elements.js";

        const height = 320;
        const margin = { top: 12, right: 16, bottom: 44, left: 64 };
        let count = 0;

        export class LineChart {
          constructor() {
            const id = `place-${++count}`;
            this.picture = drawing("svg", { class: "chart", role: "img" });
            this.legend = element("ul", { class: "legend" });
            this.place = element("input", { type: "range", id, min: 0, step: 1 });
            this.values = element("output", { for: id, class: "values" });
            this.node = element("figure", {}, this.legend, this.picture,
              element("p", { class: "slider" }, element("label", { for: id }, "Values at"), " ", this.place), this.values);
            this.place.addEventListener("input", () => this.mark());
            this.picture.addEventListener("pointermove", (event) => this.point(event));
            new ResizeObserver(() => this.paint()).observe(this.node);
          }

          /**
           * @param chart series: the first is the chosen one, a point is x, y, and the ends of an interval if it has one; levels: names with
           *   values that hold everywhere; x and y: what the axes are.
           */
          draw(chart) {
            this.chart = chart;
            const last = Math.max(chart.series[0].points.length - 1, 0);
            const wasLast = !this.place.max || this.place.value === this.place.max;
            this.place.max = last;
            if (wasLast) this.place.value = last;
            this.legend.replaceChildren(...chart.series.map((one, index) => element("li", {},
              drawing("svg", { class: "sample", viewBox: "0 0 36 8", "aria-hidden": true },
                drawing("line", { x1: 0, y1: 4, x2: 36, y2: 4, class: `line line-${index}` })),
              " ", one.name)));
            const levels = this.chart.levels ?? [];
            if (levels.length) this.legend.append(element("li", {}, "level: ", levels.map((it) => `${it.name} ${number(it.value)}`).join(", ")));
            this.paint();
          }

          paint() {
            const width = Math.floor(this.node.clientWidth);
            if (!this.chart || width < 100) return;
            const points = this.chart.series.flatMap((one) => one.points);
            const xs = range(points.map((point) => point[0]), true);
            const levels = this.chart.levels ?? [];
            const ends = points.flatMap((point) => point.slice(1)).filter(Number.isFinite);
            const ys = range([...ends, ...levels.map((it) => it.value).filter(Number.isFinite)], false);
            const right = width - margin.right;
            const bottom = height - margin.bottom;
            this.x = (value) => margin.left + ((value - xs[0]) / (xs[1] - xs[0])) * (right - margin.left);
            this.y = (value) => bottom - ((value - ys[0]) / (ys[1] - ys[0])) * (bottom - margin.top);
            const grid = [
              ...ticks(ys, 5).flatMap((value) => [
                drawing("line", { class: "grid", x1: margin.left, x2: right, y1: this.y(value), y2: this.y(value) }),
                drawing("text", { class: "tick end", x: margin.left - 6, y: this.y(value) + 4 }, short(value)),
              ]),
              ...ticks(xs, width < 600 ? 3 : 6).flatMap((value) => [
                drawing("line", { class: "grid", x1: this.x(value), x2: this.x(value), y1: margin.top, y2: bottom }),
                drawing("text", { class: "tick middle", x: this.x(value), y: bottom + 16 }, short(value)),
              ]),
              drawing("text", { class: "axis middle", x: (margin.left + right) / 2, y: height - 6 }, this.chart.x),
              drawing("text", {
                class: "axis middle", transform: `translate(14 ${(margin.top + bottom) / 2}) rotate(-90)`,
              }, this.chart.y),
            ];
            const marks = levels.filter((it) => Number.isFinite(it.value)).flatMap((it) => [
              drawing("line", { class: "level", x1: margin.left, x2: right, y1: this.y(it.value), y2: this.y(it.value) }),
              drawing("text", { class: "tick end", x: right, y: this.y(it.value) - 4 }, it.name),
            ]);
            const lines = this.chart.series.map((one, index) => {
              const wide = one.points.filter((point) => Number.isFinite(point[2]) && Number.isFinite(point[3]));
              const edge = (place) => wide.map((point) => `${this.x(point[0]).toFixed(1)},${this.y(point[place]).toFixed(1)}`);
              const band = drawing("polygon", { class: `band line-${index}`, points: [...edge(2), ...edge(3).reverse()].join(" ") });
              const at = one.points.map(([x, y]) => `${this.x(x).toFixed(1)},${this.y(y).toFixed(1)}`);
              const dots = one.points.length > 60 ? [] : at.map((place) => {
                const [cx, cy] = place.split(",");
                return drawing("circle", { class: `dot line-${index}`, cx, cy, r: index ? 2 : 3 });
              });
              return drawing("g", {}, ...(wide.length ? [band] : []), drawing("polyline", { class: `line line-${index}`, points: at.join(" ") }), ...dots);
            }).reverse();
            this.cursor = drawing("line", { class: "cursor", y1: margin.top, y2: bottom });
            this.picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
            this.picture.setAttribute("height", height);
            this.picture.replaceChildren(...grid, ...marks, ...lines, this.cursor);
            this.mark();
          }

          /** Puts the cursor where the slider is, and tells the values there. */
          mark() {
            const own = this.chart.series[0].points;
            const point = own[Number(this.place.value)];
            this.cursor.toggleAttribute("hidden", !point);
            if (!point) return;
            this.cursor.setAttribute("x1", this.x(point[0]));
            this.cursor.setAttribute("x2", this.x(point[0]));
            const parts = this.chart.series.map((one) => {
              const near = one.points.reduce((best, it) =>
                !best || Math.abs(it[0] - point[0]) < Math.abs(best[0] - point[0]) ? it : best, null);
              const interval = near && Number.isFinite(near[2]) ? ` (${number(near[2])} to ${number(near[3])})` : "";
              return near ? `${one.name} ${number(near[1])}${interval}` : "";
            });
            say(this.values, `At ${number(point[0])} ${this.chart.x}: ${parts.filter(Boolean).join("; ")}`);
            this.place.setAttribute("aria-valuetext", this.values.textContent);
            const [first, last] = [own[0], own[own.length - 1]];
            this.picture.setAttribute("aria-label", `${this.chart.y} over ${this.chart.x}: ${this.chart.series[0].name} goes from `
              + `${number(first[1])} to ${number(last[1])} in ${own.length} points. The numbers are in the table below.`);
          }

          point(event) {
            const own = this.chart.series[0].points;
            const at = event.clientX - this.picture.getBoundingClientRect().left;
            let nearest = 0;
            own.forEach((point, index) => {
              if (Math.abs(this.x(point[0]) - at) < Math.abs(this.x(own[nearest][0]) - at)) nearest = index;
            });
            this.place.value = nearest;
            this.mark();
          }
        }

        /** The least and the greatest, never the same. */
        function range(values, fromZero) {
          let [low, high] = values.length ? [Math.min(...values), Math.max(...values)] : [0, 1];
          if (fromZero) low = Math.min(0, low);
          if (low === high) [low, high] = [low - (Math.abs(low) || 1) / 2, high + (Math.abs(high) || 1) / 2];
          return [low, high];
        }

        /** Round numbers within a range, about so many. */
        function ticks([low, high], wanted) {
          const rough = (high - low) / wanted;
          const power = 10 ** Math.floor(Math.log10(rough));
          const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough);
          const all = [];
          for (let index = Math.ceil(low / step); index * step <= high + step * 1e-9; index++) all.push(index * step);
          return all;
        }

        function short(value) {
          const size = Math.abs(value);
          if (size >= 1e9) return `${Number((value / 1e9).toPrecision(4))}G`;
          if (size >= 1e6) return `${Number((value / 1e6).toPrecision(4))}M`;
          if (size >= 1e4) return `${Number((value / 1e3).toPrecision(4))}k`;
          return String(Number(value.toPrecision(4)));
        }

        """#
    )
}
