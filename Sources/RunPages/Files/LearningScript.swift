extension PageFile {
    /// The learning curve.
    static let learning = script(
        #"""
        // The learning curve: the chosen run, the others behind it, and the numbers beside the picture.

        import { object } from "./source.js";
        import { element, number, say, table } from "./elements.js";
        import { LineChart } from "./chart.js";

        /** As many curves as can be told apart. */
        const mostCurves = 6;

        export class Learning {
          constructor(section) {
            this.metric = element("select", { id: "metric" });
            this.note = element("p", { class: "note" });
            this.chart = new LineChart();
            this.numbers = element("details", {}, element("summary", {}, "The numbers"));
            this.empty = element("p", {});
            this.body = element("div", { hidden: true },
              element("p", {}, element("label", { for: "metric" }, "Figure"), " ", this.metric),
              this.chart.node, this.note, this.numbers);
            section.append(this.empty, this.body);
            this.histories = new Map();
            this.metric.addEventListener("change", () => this.draw());
          }

          async show(runs, chosen) {
            [this.runs, this.chosen] = [runs, chosen];
            const order = [chosen, ...runs.keys()].filter((run, place, all) => all.indexOf(run) === place).slice(0, mostCurves);
            let isNew = this.drawn !== `${chosen} ${order}`;
            for (const index of order) {
              const run = runs[index];
              if (!run.versions.learning || this.histories.get(run.folder)?.version === run.versions.learning) continue;
              const history = await object(`/api/runs/${index}/learning`);
              if (history.missing) continue;
              this.histories.set(run.folder, { version: run.versions.learning, history });
              isNew = true;
            }
            this.order = order;
            if (!isNew) return;
            this.drawn = `${chosen} ${order}`;
            this.listFigures();
            this.draw();
          }

          /** The history of a run; nothing where it has none. */
          history(index) {
            return this.histories.get(this.runs[index].folder)?.history;
          }

          listFigures() {
            const history = this.history(this.chosen);
            if (!history) return;
            const names = figures(history).map((figure) => figure.label);
            if ([...this.metric.options].map((option) => option.text).join("\n") === names.join("\n")) return;
            const before = this.metric.value;
            this.metric.replaceChildren(...names.map((name) => element("option", {}, name)));
            if (names.includes(before)) this.metric.value = before;
          }

          draw() {
            const history = this.history(this.chosen);
            const points = history ? intervals(history) : [];
            this.body.hidden = points.length === 0;
            this.empty.hidden = points.length > 0;
            if (points.length === 0) return say(this.empty, "There is no learning curve yet.");
            const label = this.metric.value;
            const series = this.order.filter((index) => this.history(index)).map((index) => {
              const other = this.history(index);
              const figure = figures(other).find((it) => it.label === label);
              const pairs = figure ? intervals(other).map((point) => [point.laneSteps, figure.of(point)]) : [];
              return { name: this.runs[index].name, points: pairs.filter(([, value]) => Number.isFinite(value)) };
            }).filter((one, place) => place === 0 || one.points.length);
            this.chart.draw({ series, x: "lane-steps", y: label });
            const hidden = this.runs.length - this.order.length;
            say(this.note, `Each point is ${words(history)}, exploration included.`
              + (hidden > 0 ? ` ${hidden} more runs are not drawn: more than ${mostCurves} curves cannot be told apart.` : ""));
            const all = figures(history);
            this.numbers.replaceChildren(this.numbers.firstChild, table(
              `${this.runs[this.chosen].name}: ${points.length} points`, ["lane-steps", "transitions", ...all.map((it) => it.label)],
              points.map((point) => [number(point.laneSteps), number(point.transitions), ...all.map((it) => number(it.of(point)))])
            ));
          }
        }

        /** Whole episodes where an interval is only a part of one: roads that begin empty make a saw of parts. */
        function intervals(history) {
          return history.episodes.length > 1 ? history.episodes : history.points;
        }

        function figures(history) {
          const points = intervals(history);
          const own = history.figures.map((figure, index) => ({
            label: figure.unit ? `${figure.name} [${figure.unit}]` : figure.name,
            of: (point) => point.figures[index],
          }));
          const hasReturns = points.some((point) => point.meanReturn !== undefined);
          return [
            ...(hasReturns ? [{ label: "mean return", of: (point) => point.meanReturn }] : []),
            ...own,
            { label: "mean reward", of: (point) => point.meanReward },
          ];
        }

        function words(history) {
          if (history.episodes.length > 1) return "one episode of every lane";
          const count = history.episodesPerInterval;
          if (count === 0) return "part of an episode";
          if (count) return `${count} episodes of every lane`;
          return history.points.length ? `${number(history.points[0].laneSteps)} lane-steps` : "nothing";
        }

        """#
    )
}
