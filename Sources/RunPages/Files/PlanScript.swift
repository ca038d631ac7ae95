extension PageFile {
    /// A plan of states that are places.
    static let plan = script(
        #"""
        // A plan of states that are places: how good each is, by shade, and where the table goes from it, by an arrow.

        import { drawing, element, number, say } from "./elements.js";

        const side = 32;

        export class Plan {
          /** @param choose Hears which state somebody chose. */
          constructor(choose) {
            this.choose = choose;
            this.picture = drawing("svg", { "aria-hidden": true });
            this.frame = element("div", { class: "plan", tabindex: 0, role: "application", "aria-roledescription": "plan" }, this.picture);
            this.scale = element("p", { class: "note" });
            this.node = element("div", { hidden: true }, element("h3", {}, "Where the table goes"), this.frame, this.scale);
            this.frame.addEventListener("keydown", (event) => this.press(event));
            this.picture.addEventListener("click", (event) => {
              const cell = event.target.closest("[data-state]");
              if (cell) this.choose(Number(cell.dataset.state));
            });
          }

          /** Draws a plan, or takes it away where there is none. */
          draw(drawn, actions) {
            this.node.hidden = !drawn;
            if (!drawn) return;
            const { columnCount, places, moves } = drawn.plan;
            [this.columns, this.rows] = [columnCount, places.length / columnCount];
            const known = drawn.values.filter((value, state) => value !== null && isWalked(places[state]));
            const [low, high] = [Math.min(...known), Math.max(...known)];
            const cells = places.map((place, state) => {
              const value = drawn.values[state];
              const [x, y] = [(state % columnCount) * side, Math.floor(state / columnCount) * side];
              const share = value === null || high === low ? 0 : (value - low) / (high - low);
              const isKnown = value !== null && isWalked(place);
              const parts = [drawing("rect", {
                x, y, width: side, height: side, class: `place ${place}`, fill: isKnown ? shade(share) : undefined,
              })];
              const tone = isKnown && share > 0.45 ? "on-dark" : isKnown ? "on-light" : "";
              if (isKnown && drawn.greedy[state] !== null) parts.push(arrow(x, y, moves[drawn.greedy[state]], tone));
              const letter = { start: "S", goal: "G", hazard: "×" }[place];
              if (letter) {
                const isBeside = place === "start" && isKnown;
                parts.push(drawing("text", {
                  class: `letter ${tone} ${isBeside ? "beside" : ""}`, x: isBeside ? x + 3 : x + side / 2, y: isBeside ? y + 10 : y + side / 2 + 5,
                }, letter));
              }
              const words = isKnown ? `${number(value)}, ${actions[drawn.greedy[state]]}, ${number(drawn.visits[state])} visits` : place;
              return drawing("g", { "data-state": state }, drawing("title", {}, `state ${state}: ${words}`), ...parts);
            });
            this.marker = drawing("rect", { class: "marker", width: side, height: side });
            this.picture.setAttribute("viewBox", `-2 -2 ${columnCount * side + 4} ${this.rows * side + 4}`);
            this.picture.replaceChildren(...cells, this.marker);
            this.picture.classList.toggle("large", columnCount > 40);
            say(this.scale, known.length
              ? `Lightest ${number(low)}, darkest ${number(high)}: the value of the best action. Plain: never visited. The row of the chosen place is below.`
              : "Nothing was visited yet.");
            this.frame.setAttribute("aria-label",
              `Plan of ${this.rows} rows and ${columnCount} columns. The arrow keys go from place to place; the chosen one is told below.`);
          }

          /** Shows which state is chosen. */
          mark(state) {
            this.state = state;
            if (this.node.hidden) return;
            this.marker.setAttribute("x", (state % this.columns) * side);
            this.marker.setAttribute("y", Math.floor(state / this.columns) * side);
          }

          press(event) {
            const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
            if (!step) return;
            event.preventDefault();
            const row = Math.floor(this.state / this.columns) + step[0];
            const column = (this.state % this.columns) + step[1];
            if (row >= 0 && row < this.rows && column >= 0 && column < this.columns) this.choose(row * this.columns + column);
          }
        }

        function isWalked(place) {
          return place === "open" || place === "start";
        }

        /** From a light to a dark blue. */
        function shade(share) {
          const mix = (light, dark) => Math.round(light + (dark - light) * share);
          return `rgb(${mix(222, 8)} ${mix(235, 48)} ${mix(247, 107)})`;
        }

        function arrow(x, y, move, tone) {
          const turn = (Math.atan2(move.rows, move.columns) * 180) / Math.PI;
          return drawing("path", {
            class: `arrow ${tone}`, d: "M-8 0H6M1 -5L7 0L1 5", transform: `translate(${x + side / 2} ${y + side / 2}) rotate(${turn})`,
          });
        }

        """#
    )
}
