// A scenario in the module of WebAssembly that crates/study/examples/browser.rs becomes: node run.mjs MODULE SCENARIO.
//
// The first line printed is the number of events and the fingerprint, the second how large and how fast it is.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const [path, scenario] = process.argv.slice(2);
const code = readFileSync(path);
const module = new WebAssembly.Module(code);

// A clock, a file, a socket or a random number could only come in through here. Libraries that draw and pack describe what
// they would ask of a page; the run may call none of it.
const DESCRIBED = /^__wbindgen_/;
const host = {};
for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    if (!DESCRIBED.test(from)) {
        console.error(`the module imports ${from}.${name}`);
        process.exit(1);
    }
    host[from] ??= {};
    host[from][name] = () => {
        throw new Error(`the run called ${from}.${name}`);
    };
}

const { memory, text, run, answer } = new WebAssembly.Instance(module, host).exports;
const bytes = readFileSync(scenario);
const at = text(bytes.length);
new Uint8Array(memory.buffer, at, bytes.length).set(bytes);

// The time of the processor, compilation in the background included: that of the clock says who else was working.
const start = process.cpuUsage();
const length = run();
const { user, system } = process.cpuUsage(start);
const outcome = new TextDecoder().decode(new Uint8Array(memory.buffer, answer(), length));
if (outcome.startsWith("error")) {
    console.error(outcome);
    process.exit(1);
}
const speed = Number.parseInt(outcome, 10) / (user + system);
const kilobytes = gzipSync(code, { level: 9 }).length / 1000;
console.log(`${outcome}\n${speed.toFixed(1)} million events a second of CPU in node, ${kilobytes.toFixed(0)} kB gzipped`);
