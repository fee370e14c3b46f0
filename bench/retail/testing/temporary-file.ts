import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Files of one test, in a directory of their own. */
export class TemporaryFiles {
  readonly #directory = mkdtempSync(join(tmpdir(), "stampede-files-"));

  /** Writes a file and gives its path. */
  write(name: string, content: string | Uint8Array): string {
    const path = join(this.#directory, name);
    writeFileSync(path, content);
    return path;
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
