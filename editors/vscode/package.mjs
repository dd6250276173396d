// Makes tosdsl.vsix, with the licence of the project beside the extension while that is done.
import { copyFileSync, rmSync } from "node:fs";
import { createVSIX } from "@vscode/vsce";

copyFileSync("../../LICENSE", "LICENSE");
try {
  await createVSIX({ dependencies: false, allowMissingRepository: true, packagePath: "tosdsl.vsix" });
} finally {
  rmSync("LICENSE");
}
