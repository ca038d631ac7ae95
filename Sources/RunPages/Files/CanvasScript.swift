extension PageFile {
    /// A canvas as large as its place, in the colours of the page.
    static let canvas = script(
        #"""
        // A canvas as large as its place, in the colours of the page.

        import { element } from "./elements.js";

        export class Picture {
          /**
           * @param paint Paints: gets the context, the width and the height.
           * @param onPoint Hears where somebody has clicked.
           */
          constructor(paint, onPoint) {
            this.paint = paint;
            this.canvas = element("canvas", { role: "img" });
            this.caption = element("figcaption", {});
            this.node = element("figure", { class: "map" }, this.caption, this.canvas);
            this.canvas.addEventListener("click", (event) => {
              const place = this.canvas.getBoundingClientRect();
              onPoint(event.clientX - place.left, event.clientY - place.top);
            });
            new ResizeObserver(() => this.draw()).observe(this.node);
            matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
          }

          /** @param aspect Height by width. */
          shape(aspect) {
            this.aspect = aspect;
            this.draw();
          }

          draw() {
            const width = Math.floor(this.node.clientWidth);
            if (!this.aspect || width < 60) return;
            const height = Math.round(Math.min(640, Math.max(180, width * this.aspect)));
            const scale = window.devicePixelRatio || 1;
            if (this.canvas.width !== Math.round(width * scale) || this.canvas.height !== Math.round(height * scale)) {
              [this.canvas.width, this.canvas.height] = [Math.round(width * scale), Math.round(height * scale)];
              this.canvas.style.height = `${height}px`;
            }
            const context = this.canvas.getContext("2d");
            context.setTransform(scale, 0, 0, scale, 0, 0);
            context.clearRect(0, 0, width, height);
            this.paint(context, width, height);
          }
        }

        /** The colours of the page, by the names of its style. */
        export function colours() {
          const style = getComputedStyle(document.documentElement);
          return (name) => style.getPropertyValue(`--${name}`).trim();
        }

        /** Writes on a canvas, legibly over whatever is there. */
        export function write(context, colour, ink, text, x, y) {
          context.font = "11px system-ui, sans-serif";
          context.textAlign = "center";
          context.textBaseline = "middle";
          context.lineJoin = "round";
          context.lineWidth = 3;
          context.strokeStyle = colour("raised");
          context.strokeText(text, x, y);
          context.fillStyle = colour(ink);
          context.fillText(text, x, y);
        }

        /** How places of a plane come on a canvas: all of them, as large as there is room for. */
        export class Frame {
          constructor(points, margin) {
            const xs = points.map((point) => point[0]);
            const ys = points.map((point) => point[1]);
            [this.left, this.right] = [Math.min(...xs), Math.max(...xs)];
            [this.top, this.bottom] = [Math.min(...ys), Math.max(...ys)];
            this.margin = margin;
          }

          get aspect() {
            return (this.bottom - this.top + 2 * this.margin) / (this.right - this.left + 2 * this.margin);
          }

          /** Fits a canvas; afterwards `at` tells where a place is, and `scale` how large 1 is. */
          fit(width, height) {
            const [wide, high] = [this.right - this.left + 2 * this.margin, this.bottom - this.top + 2 * this.margin];
            this.scale = Math.min(width / wide, height / high);
            const [x, y] = [(width - wide * this.scale) / 2, (height - high * this.scale) / 2];
            this.at = (point) => [x + (point[0] - this.left + this.margin) * this.scale, y + (point[1] - this.top + this.margin) * this.scale];
          }
        }

        /** The nearest of some places to a point. */
        export function nearest(points, x, y) {
          let [best, least] = [-1, Infinity];
          points.forEach(([px, py], index) => {
            const distance = (px - x) ** 2 + (py - y) ** 2;
            if (distance < least) [best, least] = [index, distance];
          });
          return best;
        }

        """#
    )
}
