extension PageFile {
    /// The life of a run: who worked when, what happened, what the shards were given.
    static let life = script(
        #"""
        // The life of a run: who worked when, what happened, and what the shards were given.

        import { object } from "./source.js";
        import { drawing, duration, element, number, say, table } from "./elements.js";

        const left = 92;
        const rowHeight = 22;

        export class Life {
          constructor(section) {
            this.empty = element("p", {});
            this.line = drawing("svg", { class: "lifeline", role: "img" });
            this.lineTable = element("div");
            this.linePart = element("div", { hidden: true }, element("h3", {}, "Who worked when, and what happened"),
              element("ul", { class: "legend" }, ...[["bar", "a worker is there"], ["lost", "lost"], ["rollback", "return to a checkpoint"],
                ["checkpoint", "checkpoint"], ["phase", "the run goes on to something else"]].map(([kind, words]) =>
                element("li", {}, drawing("svg", { class: "mark", viewBox: "-9 -9 18 18", "aria-hidden": true }, mark(kind, 0, 0)), " ", words))),
              element("figure", {}, this.line),
              element("details", {}, element("summary", {}, "The same in a table"), this.lineTable));
            this.heat = drawing("svg", { class: "lifeline", role: "img" });
            this.heatNote = element("p", { class: "note" });
            this.heatTable = element("div");
            this.heatPart = element("div", { hidden: true }, element("h3", {}, "What each shard was given"),
              element("figure", {}, this.heat), this.heatNote, this.heatTable);
            section.append(this.empty, this.linePart, this.heatPart);
            new ResizeObserver(() => this.paint()).observe(section);
          }

          async show(runs, chosen) {
            const run = runs[chosen];
            const version = `${run.folder} ${run.state} ${run.steps} ${run.events.length} ${run.events.at(-1)?.seconds}`;
            if (this.version === version) return;
            this.version = version;
            this.life = await object(`/api/runs/${chosen}/life`);
            this.paint();
          }

          paint() {
            const life = this.life;
            const width = Math.floor(this.linePart.parentNode.clientWidth);
            if (!life || width < 120) return;
            this.linePart.hidden = life.events.length === 0;
            this.empty.hidden = !this.linePart.hidden;
            say(this.empty, "Nothing is written down of what happened: that is done by train and master with --output.");
            if (this.linePart.hidden) return;
            const end = Math.max(life.seconds, 0.1);
            const x = (seconds) => left + (seconds / end) * (width - left - 16);
            this.paintLine(life, width, end, x);
            this.paintShards(life, width, end, x);
          }

          paintLine(life, width, end, x) {
            const workers = spans(life.events, end);
            const names = [...workers.keys()];
            const rows = names.length;
            const top = 30;
            const bottom = top + rows * rowHeight + 6;
            const height = bottom + 26;
            const marks = life.events.filter((event) => event.kind !== "joined").map((event) => {
              const worker = event.kind === "lost" ? names.indexOf(workerOf(event)) : -1;
              const y = worker >= 0 ? top + worker * rowHeight + rowHeight / 2 : 14;
              return drawing("g", {}, drawing("title", {}, `${duration(event.seconds)}: ${event.words}`),
                ...(event.kind === "rollback" ? [drawing("line", { class: "rollback-line", x1: x(event.seconds), x2: x(event.seconds), y1: 14, y2: bottom })] : []),
                mark(event.kind, x(event.seconds), y));
            });
            const bars = names.flatMap((name, row) => [
              drawing("text", { class: "tick", x: 0, y: top + row * rowHeight + rowHeight / 2 + 4 }, name.length > 12 ? `${name.slice(0, 11)}…` : name),
              ...workers.get(name).map(([from, to]) => drawing("rect", {
                class: "presence", x: x(from), y: top + row * rowHeight + 4, width: Math.max(2, x(to) - x(from)), height: rowHeight - 8,
              })),
            ]);
            this.line.setAttribute("viewBox", `0 0 ${width} ${height}`);
            this.line.setAttribute("height", height);
            this.line.setAttribute("aria-label",
              `Time line of ${duration(end)}: ${count(life.events, "joined")} workers joined, ${count(life.events, "lost")} were lost, `
              + `${count(life.events, "rollback")} returns to a checkpoint, ${count(life.events, "checkpoint")} checkpoints. The table below has them all.`);
            this.line.replaceChildren(drawing("text", { class: "tick", x: 0, y: 18 }, "run"), ...axis(width, end, x, bottom), ...bars, ...marks);
            const told = `${life.events.length} ${life.events.at(-1).seconds}`;
            if (this.toldEvents === told) return;
            this.toldEvents = told;
            this.lineTable.replaceChildren(table("What happened, since the process began", ["When", "What", "In words"],
              life.events.map((event) => [duration(event.seconds), event.kind, event.words])));
          }

          paintShards(life, width, end, x) {
            const points = life.course.points;
            this.heatPart.hidden = points.length < 2;
            if (this.heatPart.hidden) return;
            const shards = points.at(-1).updates.length;
            const rates = points.slice(1).map((point, place) => {
              const before = points[place];
              const seconds = point.seconds - before.seconds;
              // After a return to a checkpoint shards count from what it had.
              return point.updates.map((value, shard) => Math.max(0, value - (before.updates[shard] ?? 0)) / seconds);
            });
            const most = Math.max(1, ...rates.flat());
            const high = Math.max(6, Math.min(rowHeight, Math.floor(320 / shards)));
            const bottom = 6 + shards * high;
            const cells = rates.flatMap((rate, place) => rate.map((value, shard) => drawing("rect", {
              class: "load-cell", x: x(points[place].seconds), y: 6 + shard * high, height: high - 1,
              width: Math.max(1, x(points[place + 1].seconds) - x(points[place].seconds) + 0.5), "fill-opacity": (0.06 + (0.94 * value) / most).toFixed(3),
            })));
            const every = Math.ceil(16 / high);
            const names = Array.from({ length: shards }, (_, shard) => shard).filter((shard) => shard % every === 0).map((shard) =>
              drawing("text", { class: "tick", x: 0, y: 6 + shard * high + high / 2 + 4 }, `shard ${shard}`));
            this.heat.setAttribute("viewBox", `0 0 ${width} ${bottom + 26}`);
            this.heat.setAttribute("height", bottom + 26);
            this.heat.setAttribute("aria-label", `Updates a second of ${shards} shards over ${duration(end)}. The table below has the numbers.`);
            this.heat.replaceChildren(...axis(width, end, x, bottom), ...cells, ...names);
            say(this.heatNote, `Darkest: ${number(Math.round(most))} updates a second. Palest: none.`);
            const last = points.at(-1).updates;
            const total = Math.max(1, last.reduce((sum, it) => sum + it, 0));
            this.heatTable.replaceChildren(table("Updates by shard", ["Shard", "Updates", "Share", "Most a second", "Least a second"],
              last.map((updates, shard) => {
                const own = rates.map((rate) => rate[shard]);
                return [String(shard), number(updates), `${((100 * updates) / total).toFixed(1)} %`, number(Math.round(Math.max(...own))),
                  number(Math.round(Math.min(...own)))];
              })));
          }
        }

        function count(events, kind) {
          return events.filter((event) => event.kind === kind).length;
        }

        function workerOf(event) {
          return /^worker (.*) (?:joined|was lost)$/.exec(event.words)?.[1] ?? "?";
        }

        /** By worker from when to when it was there. */
        function spans(events, end) {
          const workers = new Map();
          for (const event of events) {
            const name = workerOf(event);
            if (event.kind === "joined") {
              if (!workers.has(name)) workers.set(name, []);
              workers.get(name).push([event.seconds, end]);
            } else if (event.kind === "lost" && workers.has(name)) {
              workers.get(name).at(-1)[1] = event.seconds;
            }
          }
          return workers;
        }

        /** A mark of its own shape for each kind. */
        function mark(kind, x, y) {
          const shapes = {
            bar: `M${x - 8} ${y - 5}h16v10h-16z`, lost: `M${x - 5} ${y - 5}l10 10M${x + 5} ${y - 5}l-10 10`,
            rollback: `M${x - 6} ${y - 5}h12l-6 10z`, checkpoint: `M${x} ${y - 6}l5 6l-5 6l-5 -6z`, phase: `M${x} ${y - 7}v14`,
          };
          return drawing("path", { class: `mark-${kind}`, d: shapes[kind] ?? shapes.phase });
        }

        function axis(width, end, x, bottom) {
          const rough = end / (width < 600 ? 3 : 8);
          const power = 10 ** Math.floor(Math.log10(rough));
          const step = [1, 2, 5, 10].map((factor) => factor * power).find((it) => it >= rough);
          const parts = [];
          for (let seconds = 0; seconds <= end * 1.0001; seconds += step) {
            parts.push(drawing("line", { class: "grid", x1: x(seconds), x2: x(seconds), y1: 4, y2: bottom }),
              drawing("text", { class: "tick middle", x: x(seconds), y: bottom + 16 }, `${Number(seconds.toPrecision(4))} s`));
          }
          return parts;
        }

        """#
    )
}
