/** Writes the files of the drive that `cloud.e2e.mjs` expects: `node e2e/cloud-files.mjs FOLDER`. */
import { makeDrive } from "./cloud.mjs";

makeDrive(process.argv[2]);
