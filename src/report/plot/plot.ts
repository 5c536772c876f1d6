import { extname } from "node:path";
import { DataServiceError } from "../../errors.js";
import { writeText } from "../write-text.js";

/** A drawn panel: `svg` alone, or `html`, a page with its caption that needs nothing else and has both themes. */
export class Plot {
  readonly title: string;
  readonly svg: string;
  readonly html: string;

  constructor(title: string, svg: string, html: string) {
    this.title = title;
    this.svg = svg;
    this.html = html;
  }

  /**
   * Writes what the extension says: `.svg` or `.html`.
   * @throws DataServiceError bad-request (another extension), write-failed
   */
  async write(path: string): Promise<void> {
    const kind = extname(path).toLowerCase();
    if (kind !== ".svg" && kind !== ".html") {
      throw new DataServiceError("bad-request", `${path}: a plot is written to a .svg or .html file`, {
        path,
      });
    }
    await writeText(path, kind === ".svg" ? this.svg : this.html);
  }

  /** What notebooks show. */
  [Symbol.for("Jupyter.display")](): Record<string, string> {
    return { "image/svg+xml": this.svg, "text/plain": this.title };
  }
}
