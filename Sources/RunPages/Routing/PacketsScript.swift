extension PageFile {
    /// A packet network from above: loads, queues, failures, ways.
    static let packets = script(
        #"""
        // A packet network from above: how much links carry, where packets wait, what has failed, and the ways to a destination.

        import { colours, Frame, nearest, write } from "./canvas.js";
        import { number } from "./elements.js";

        /** More routers than these have no name on the map, and of more the table shows the longest queues. */
        const mostNames = 60;

        export class PacketMap {
          constructor(stage) {
            this.stage = stage;
            const xs = stage.routers.map((it) => it.x);
            const ys = stage.routers.map((it) => it.y);
            // Whatever the unit is, neighbours are about 1 apart.
            const lengths = stage.links.map(([from, to]) => Math.hypot(xs[from] - xs[to], ys[from] - ys[to])).filter((it) => it > 0);
            const unit = lengths.length ? lengths.reduce((sum, it) => sum + it, 0) / lengths.length : 1;
            this.places = stage.routers.map((it) => [it.x / unit, it.y / unit]);
            this.frame = new Frame(this.places, 0.3);
            [this.chooserLabel, this.first] = ["Ways to router", stage.routers.length - 1];
            this.choices = stage.routers.map((it) => it.name);
            this.leaving = stage.routers.map(() => []);
            stage.links.forEach(([from], link) => this.leaving[from].push(link));
            this.figures = ["Mean delivery time [ticks]", "In the network", "Delivered", "Refused", "Dropped"];
            this.isWays = stage.windows > 0;
          }

          get aspect() {
            return this.frame.aspect;
          }

          figuresOf(frame) {
            return [frame.d === null ? "–" : frame.d.toFixed(2), number(frame.n), number(frame.l), number(frame.r), number(frame.p)];
          }

          words(frame) {
            return `mean delivery time ${frame.d === null ? "unknown" : `${frame.d.toFixed(1)} ticks`}, ${number(frame.n)} packets in the network`;
          }

          /** By link the share of a router's packets for the destination that it took in this part of the run. */
          shares(ways, time) {
            if (!ways) return new Map();
            const window = ways[Math.min(ways.length - 1, Math.floor((Math.max(0, time - 1) * ways.length) / this.stage.length))];
            const sums = new Map();
            for (let place = 0; place < window.length; place += 2) {
              const router = this.stage.links[window[place]][0];
              sums.set(router, (sums.get(router) ?? 0) + window[place + 1]);
            }
            const shares = new Map();
            for (let place = 0; place < window.length; place += 2) {
              shares.set(window[place], window[place + 1] / sums.get(this.stage.links[window[place]][0]));
            }
            return shares;
          }

          load(frame, link) {
            return frame.u[link] / this.stage.cut.interval;
          }

          queue(frame, router) {
            return this.stage.routersForward ? frame.q[router] : this.leaving[router].reduce((sum, link) => sum + frame.q[link], 0);
          }

          paint(context, width, height, frame, chosen, ways) {
            const colour = colours();
            this.frame.fit(width, height);
            const at = this.places.map((place) => this.frame.at(place));
            const failed = new Set(frame.x);
            const shares = this.shares(ways, frame.t);
            this.stage.links.forEach(([from, to], link) =>
              this.link(context, colour, at[from], at[to], this.load(frame, link), failed.has(link), shares.get(link)));
            const small = Math.max(3, Math.min(9, this.frame.scale * 0.07));
            context.textAlign = "center";
            context.textBaseline = "middle";
            this.choices.forEach((name, router) => {
              const [x, y] = at[router];
              const queue = this.queue(frame, router);
              const radius = Math.min(this.frame.scale * 0.3, small + 1.6 * Math.sqrt(queue));
              const isDown = frame.y.includes(router);
              context.beginPath();
              context.arc(x, y, radius, 0, 2 * Math.PI);
              context.fillStyle = isDown ? colour("page") : colour(queue > 0 ? "text" : "border");
              context.fill();
              if (isDown || router === chosen) {
                context.strokeStyle = colour(isDown ? "warning" : "accent");
                context.lineWidth = router === chosen ? 4 : 2;
                context.stroke();
              }
              if (isDown) cross(context, x, y, radius * 0.6);
              if (this.choices.length > mostNames) return;
              write(context, colour, "text", queue > 0 ? `${name} (${queue})` : name, x, y - radius - 8);
            });
          }

          link(context, colour, from, to, load, isFailed, share) {
            const way = [to[0] - from[0], to[1] - from[1]];
            const length = Math.hypot(...way);
            if (length === 0) return;
            const [dx, dy] = [way[0] / length, way[1] / length];
            const off = Math.min(6, this.frame.scale * 0.05);
            const place = (share) => [from[0] + way[0] * share - dy * off, from[1] + way[1] * share + dx * off];
            const line = (start, end) => {
              context.beginPath();
              context.moveTo(...place(start));
              context.lineTo(...place(end));
              context.stroke();
            };
            context.strokeStyle = isFailed ? colour("warning") : shade(colour, load);
            context.lineWidth = isFailed ? 1.5 : 1.25 + 6 * Math.min(1, load);
            context.setLineDash(isFailed ? [3, 4] : []);
            line(0.1, 0.9);
            context.setLineDash([]);
            if (isFailed) cross(context, ...place(0.5), 5);
            if (!share || share < 0.005) return;
            // An arrow over the link, as thick as its share.
            context.strokeStyle = context.fillStyle = colour("accent");
            context.lineWidth = 1 + 2.5 * share;
            const [x, y] = place(0.72);
            const size = 5 + 5 * share;
            line(0.3, 0.68);
            context.beginPath();
            context.moveTo(x + dx * size, y + dy * size);
            context.lineTo(x - dx * size * 0.6 - dy * size * 0.75, y - dy * size * 0.6 + dx * size * 0.75);
            context.lineTo(x - dx * size * 0.6 + dy * size * 0.75, y - dy * size * 0.6 - dx * size * 0.75);
            context.closePath();
            context.fill();
            if (share > 0.99 || this.frame.scale < 60) return;
            const [tx, ty] = place(0.5);
            write(context, colour, "accent", `${Math.round(100 * share)} %`, tx - dy * 14, ty + dx * 12);
          }

          pointed(x, y) {
            return nearest(this.places.map((place) => this.frame.at(place)), x, y);
          }

          tables(frames, chosen) {
            return frames.map(({ name, frame, ways }) => {
              const shares = this.shares(ways, frame.t);
              const failed = new Set(frame.x);
              const routers = this.choices.map((_, router) => router).sort((a, b) => this.queue(frame, b) - this.queue(frame, a) || a - b)
                .slice(0, mostNames);
              return {
                caption: `Routers, ${name}; the longest queues first`,
                head: ["Router", "Waiting", "Sends per tick", "Busiest link", `Next hops to ${this.choices[chosen]}`, "Failed"],
                rows: routers.map((router) => {
                  const links = this.leaving[router];
                  const busiest = links.reduce((best, link) => (frame.u[link] > frame.u[best] ? link : best), links[0]);
                  const hops = links.filter((link) => shares.get(link) >= 0.005).sort((a, b) => shares.get(b) - shares.get(a))
                    .map((link) => `${this.choices[this.stage.links[link][1]]}: ${Math.round(100 * shares.get(link))} %`);
                  const down = links.filter((link) => failed.has(link)).map((link) => `link to ${this.choices[this.stage.links[link][1]]}`);
                  return [
                    this.choices[router], number(this.queue(frame, router)),
                    links.reduce((sum, link) => sum + this.load(frame, link), 0).toFixed(2),
                    `to ${this.choices[this.stage.links[busiest][1]]}: ${this.load(frame, busiest).toFixed(2)}`,
                    router === chosen ? "is there" : hops.join(", ") || "no packets", frame.y.includes(router) ? "router" : down.join(", "),
                  ];
                }),
              };
            });
          }

          get legend() {
            return [["load", "link, thicker and stronger with its load"], ["waiting round", "router, larger with its queue"],
              ["accent", "next hops, thicker with their share"], ["warning dashed", "failed"]];
          }

          get note() {
            const capacity = this.stage.routersForward ? "A router forwards one packet a tick on all its links together." : "A link carries one packet a tick.";
            return `${capacity} Links are drawn on the right in their direction. Loads are of the time since the frame before, next hops of the `
              + `twentieth of the run that is shown. What is measured begins at tick ${number(this.stage.warmUp)}. Every rule meets the same packets.`;
          }
        }

        function cross(context, x, y, size) {
          context.beginPath();
          context.moveTo(x - size, y - size);
          context.lineTo(x + size, y + size);
          context.moveTo(x + size, y - size);
          context.lineTo(x - size, y + size);
          context.setLineDash([]);
          context.lineWidth = 2;
          context.stroke();
        }

        /** From pale to the colour of loads. */
        function shade(colour, load) {
          const [pale, full] = [parts(colour("load-pale")), parts(colour("load"))];
          const share = Math.min(1, load);
          return `rgb(${pale.map((it, place) => Math.round(it + (full[place] - it) * share)).join(" ")})`;
        }

        function parts(hex) {
          return [1, 3, 5].map((place) => parseInt(hex.slice(place, place + 2), 16));
        }

        """#
    )
}
