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
              const { learning, greedy, outcome } = run.versions;
              const version = `${learning} ${greedy} ${outcome}`;
              if (!(learning || greedy) || this.histories.get(run.folder)?.version === version) continue;
              const history = learning ? await object(`/api/runs/${index}/learning`) : nothing;
              const course = greedy ? await object(`/api/runs/${index}/greedy`) : nothing;
              if (history.missing && course.missing) continue;
              this.histories.set(run.folder, { version, figures: [...greedyFigures(course), ...figures(history)] });
              isNew = true;
            }
            this.order = order;
            if (!isNew) return;
            this.drawn = `${chosen} ${order}`;
            this.listFigures();
            this.draw();
          }

          /** What there is to see of a run; nothing where it has none. */
          figures(index) {
            return this.histories.get(this.runs[index].folder)?.figures ?? [];
          }

          listFigures() {
            const names = this.figures(this.chosen).map((figure) => figure.label);
            if ([...this.metric.options].map((option) => option.text).join("\n") === names.join("\n")) return;
            const before = this.metric.value;
            this.metric.replaceChildren(...names.map((name) => element("option", {}, name)));
            if (names.includes(before)) this.metric.value = before;
          }

          draw() {
            const own = this.figures(this.chosen).find((figure) => figure.label === this.metric.value);
            this.body.hidden = !own;
            this.empty.hidden = !!own;
            if (!own) return say(this.empty, "There is no learning curve yet.");
            const series = this.order.map((index) => {
              const figure = this.figures(index).find((it) => it.label === own.label);
              return { name: this.runs[index].name, points: (figure?.points ?? []).filter(([, value]) => Number.isFinite(value)) };
            }).filter((one, place) => place === 0 || one.points.length);
            this.chart.draw({ series, levels: own.levels, x: "lane-steps", y: own.label });
            const hidden = this.runs.length - this.order.length;
            say(this.note, own.words
              + (hidden > 0 ? ` ${hidden} more runs are not drawn: more than ${mostCurves} curves cannot be told apart.` : ""));
            this.numbers.replaceChildren(this.numbers.firstChild, table(
              `${this.runs[this.chosen].name}: ${own.rows.length} points`, own.heading, own.rows
            ));
          }
        }

        const nothing = { missing: "There is none." };

        /** What the greedy policy was worth on the way, with its interval, and what others are worth. */
        function greedyFigures(course) {
          if (course.missing || course.points.length === 0) return [];
          return [{
            label: `greedy: ${course.figure}`,
            points: course.points.map((point) => [point.laneSteps, point.mean, point.lower, point.upper]),
            levels: course.levels,
            words: "Each point is the greedy policy of the table as it was, without exploration, "
              + `${course.seeds > 1 ? `with the 95 % interval over ${course.seeds} seeds; ` : ""}${course.preference} is better.`
              + (course.levels.length ? " The level lines are what the others came to in the evaluation at the end." : ""),
            heading: ["lane-steps", course.figure, "lower", "upper", "table digest"],
            rows: course.points.map((point) => [number(point.laneSteps), number(point.mean), number(point.lower),
              number(point.upper), point.tableDigest.slice(0, 12)]),
          }];
        }

        /** Whole episodes where an interval is only a part of one: roads that begin empty make a saw of parts. */
        function intervals(history) {
          return history.episodes.length > 1 ? history.episodes : history.points;
        }

        function figures(history) {
          if (history.missing) return [];
          const points = intervals(history);
          if (points.length === 0) return [];
          const own = history.figures.map((figure, index) => ({
            label: figure.unit ? `${figure.name} [${figure.unit}]` : figure.name,
            of: (point) => point.figures[index],
          }));
          const hasReturns = points.some((point) => point.meanReturn !== undefined);
          const all = [
            ...(hasReturns ? [{ label: "mean return", of: (point) => point.meanReturn }] : []),
            ...own,
            { label: "mean reward", of: (point) => point.meanReward },
          ];
          const heading = ["lane-steps", "transitions", ...all.map((it) => it.label)];
          const rows = points.map((point) => [number(point.laneSteps), number(point.transitions), ...all.map((it) => number(it.of(point)))]);
          return all.map(({ label, of }) => ({
            label, heading, rows, levels: [],
            points: points.map((point) => [point.laneSteps, of(point)]),
            words: `Each point is ${words(history)}, exploration included.`,
          }));
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
