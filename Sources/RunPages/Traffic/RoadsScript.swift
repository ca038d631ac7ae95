extension PageFile {
    /// Traffic from above: queues, lights, full roads.
    static let roads = script(
        #"""
        // Traffic from above: how full the roads are, where vehicles stand, what the lights show.

        import { colours, Frame, nearest, write } from "./canvas.js";
        import { element, number } from "./elements.js";

        const stub = 0.72;

        export class RoadsMap {
          constructor(stage) {
            this.stage = stage;
            this.places = stage.junctions.map((it) => [it.x, it.y]);
            this.starts = stage.roads.map((road) => road.from === undefined
              ? [this.places[road.to][0] + stub * road.dx, this.places[road.to][1] + stub * road.dy] : this.places[road.from]);
            this.frame = new Frame([...this.places, ...this.starts], 0.16);
            [this.chooserLabel, this.first] = ["Junction", 0];
            this.choices = stage.junctions.map((it) => it.name);
            this.byRoad = stage.junctions.map((_, junction) => stage.roads.flatMap((road, index) => (road.to === junction ? [index] : [])));
            this.figures = ["Mean delay so far [s]", "Waiting now", "Inside", "Cannot enter", "Full roads", "Left so far"];
          }

          get aspect() {
            return this.frame.aspect;
          }

          /** What the lights of a movement show: 0 green, 1 yellow, 2 red. */
          light(frame, junction, movement) {
            const [phase, stage] = [Math.floor(frame.s[junction] / 3), frame.s[junction] % 3];
            return stage < 2 && this.stage.junctions[junction].phases[phase].movements.includes(movement) ? stage : 2;
          }

          isFull(frame, road) {
            return frame.v[road] >= this.stage.roads[road].storage;
          }

          figuresOf(frame) {
            const full = this.stage.roads.filter((_, road) => this.isFull(frame, road)).length;
            return [frame.d.toFixed(1), number(frame.w), number(frame.i), number(frame.o), number(full), number(frame.l)];
          }

          words(frame) {
            return `mean delay so far ${frame.d.toFixed(1)} s, ${number(frame.w)} vehicles wait`;
          }

          paint(context, width, height, frame, chosen) {
            const colour = colours();
            this.frame.fit(width, height);
            const scale = this.frame.scale;
            const wide = Math.max(3, Math.min(12, scale * 0.085));
            this.stage.roads.forEach((road, index) => this.road(context, colour, frame, road, index, wide));
            context.font = "600 11px system-ui, sans-serif";
            context.textAlign = "center";
            context.textBaseline = "middle";
            this.places.forEach((place, junction) => {
              const [x, y] = this.frame.at(place);
              const half = wide * 1.35;
              context.fillStyle = colour(junction === chosen ? "accent" : "wall");
              context.fillRect(x - half, y - half, 2 * half, 2 * half);
              if (scale > 75) {
                context.fillStyle = colour(junction === chosen ? "on-accent" : "page");
                context.fillText(this.choices[junction], x, y, 2 * half - 2);
              }
            });
          }

          road(context, colour, frame, road, index, wide) {
            const [start, end] = [this.frame.at(this.starts[index]), this.frame.at(this.places[road.to])];
            const way = [end[0] - start[0], end[1] - start[1]];
            const length = Math.hypot(...way);
            if (length === 0) return;
            const [dx, dy] = [way[0] / length, way[1] / length];
            // Traffic keeps right; junctions and lights have their room.
            const [ox, oy] = [-dy * wide * 0.8, dx * wide * 0.8];
            const back = wide * 1.35 + 5;
            const front = road.from === undefined ? 0 : wide * 1.35 + 2;
            const long = Math.max(4, length - back - front);
            const place = (distance, across = 0) =>
              [end[0] + ox - dx * (back + distance) - dy * across, end[1] + oy - dy * (back + distance) + dx * across];
            const line = (from, to, width, style) => {
              context.strokeStyle = style;
              context.lineWidth = width;
              context.beginPath();
              context.moveTo(...place(from));
              context.lineTo(...place(to));
              context.stroke();
            };
            const isFull = this.isFull(frame, index);
            const share = (vehicles) => Math.min(1, vehicles / road.storage) * long;
            line(0, long, wide, colour("faint"));
            line(share(frame.q[index]), share(frame.v[index]), wide * 0.45, colour("moving"));
            line(0, share(frame.q[index]), wide, colour("queue"));
            if (isFull) {
              context.strokeStyle = colour("warning");
              context.lineWidth = 2;
              context.setLineDash([4, 3]);
              const corners = [place(-1, -wide * 0.75), place(long, -wide * 0.75), place(long, wide * 0.75), place(-1, wide * 0.75)];
              context.beginPath();
              corners.forEach((corner, number) => (number ? context.lineTo(...corner) : context.moveTo(...corner)));
              context.closePath();
              context.stroke();
              context.setLineDash([]);
            }
            // A mark for each movement: long for green, half for yellow, thin for red.
            const part = wide / road.movements.length;
            road.movements.forEach((_, number) => {
              const light = this.light(frame, road.to, road.first + number);
              const across = -wide / 2 + part * (number + 0.5);
              context.strokeStyle = colour(["go", "change", "stop"][light]);
              context.lineWidth = Math.max(1, part - (road.movements.length > 1 ? 0.6 : 0));
              context.beginPath();
              context.moveTo(...place(-1, across));
              context.lineTo(...place(-[6, 3.5, 2][light] - 1, across));
              context.stroke();
            });
            this.numbers(context, colour, frame, road, index, place, long, wide);
          }

          numbers(context, colour, frame, road, index, place, long, wide) {
            if (this.frame.scale > 62 && frame.q[index] > 0) {
              write(context, colour, "text", String(frame.q[index]), ...place(Math.min(long, 9), wide * 0.5 + 7));
            }
            const outside = road.entry === undefined ? 0 : frame.b[road.entry];
            if (outside > 0 && this.frame.scale > 40) {
              write(context, colour, "warning", `+${outside}`, ...place(long - 4, wide * 0.5 + 9));
            }
          }

          pointed(x, y) {
            return nearest(this.places.map((place) => this.frame.at(place)), x, y);
          }

          /** What there is to be told of a junction. */
          tables(frames, chosen) {
            const words = ["green", "yellow", "red"];
            return frames.map(({ name, frame }) => ({
              caption: `Approaches of junction ${this.choices[chosen]}, ${name}`,
              head: ["Approach", "Waiting", "On the road", "Holds", "Lights", "Road"],
              rows: this.byRoad[chosen].map((index) => {
                const road = this.stage.roads[index];
                const lights = road.movements.map((movement, number) =>
                  `${movement.split(/[. ]/).at(-1)} ${words[this.light(frame, road.to, road.first + number)]}`);
                const outside = road.entry === undefined ? 0 : frame.b[road.entry];
                const state = this.isFull(frame, index) ? `full${outside ? `, ${outside} cannot enter` : ": nobody gets in"}` : "";
                return [road.name, number(frame.q[index]), number(frame.v[index]), number(road.storage), lights.join(", "), state];
              }),
            }));
          }

          get legend() {
            return [["queue", "vehicles that stand"], ["moving", "vehicles on the way"], ["warning dashed", "full: nobody gets in"],
              ["go", "green: long"], ["change", "yellow: half"], ["stop", "red: thin"]];
          }

          get note() {
            return "Bars begin at the stop line and are as long as the part of the road that is taken; numbers are vehicles that stand, with + "
              + "those that cannot enter. Every controller meets the same vehicles.";
          }
        }

        /** The legend of a map. */
        export function legend(entries) {
          return element("ul", { class: "legend" }, ...entries.map(([name, words]) =>
            element("li", {}, element("span", { class: `swatch ${name}`, "aria-hidden": true }), " ", words)));
        }

        """#
    )
}
