#!/usr/bin/env bash
# The Azure and Google Cloud targets with cdktn, the successor of cdktf, in its place: types, and the examples, whose
# stacks must be the same but for the version they name. In a copy, since the two must never meet in one tree.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
version=0.24.0
examples=(azure-endpoint azure-ml-endpoint gcp-endpoint vertex-endpoint)

[ -d node_modules/@cdktf ] || {
  echo "The packages of the repository are missing. Install them with: npm ci" >&2
  exit 1
}
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT

echo "== a copy with cdktf from npm:cdktn@$version"
cat >"$copy/package.json" <<JSON
{
  "name": "with-cdktn",
  "private": true,
  "dependencies": { "cdktf": "npm:cdktn@$version" },
  "overrides": { "cdktf": "\$cdktf" }
}
JSON
# Its peer, constructs, is the repository's.
npm install --prefix "$copy" --silent --no-audit --no-fund --ignore-scripts --legacy-peer-deps
mkdir -p "$copy/runtime" "$copy/examples" "$copy/node_modules/@cdktf"
cp -r lib tsconfig.json tsconfig.base.json "$copy"
cp -r runtime/src runtime/package.json "$copy/runtime"
for example in models "${examples[@]}"; do cp -r "examples/$example" "$copy/examples"; done

# Bindings look for cdktf from where they lie: those in use are copied, all other packages are linked.
cd "$copy"
grep -rhoE '@cdktf/provider-[a-z]+/lib/[a-z0-9-]+' lib examples --include=*.ts | sort -u |
  while read -r binding; do
    mkdir -p "node_modules/$binding"
    cp "$root/node_modules/$binding"/*.js "$root/node_modules/$binding"/*.d.ts "node_modules/$binding"
  done
for provider in node_modules/@cdktf/*; do cp "$root/$provider/package.json" "$provider"; done
for package in "$root"/node_modules/*; do
  name=${package##*/}
  [ -e "node_modules/$name" ] || ln -s "$package" "node_modules/$name"
done
node -e "const { name, version } = require('cdktf/package.json'); if (name !== 'cdktn') process.exit(1); console.log(name, version)"

echo "== types"
cat >tsconfig.cdktn.json <<JSON
{
  "extends": "./tsconfig.json",
  "compilerOptions": { "types": ["node"] },
  "include": ["lib/azure", "lib/gcp", "lib/terraform", "examples/azure-endpoint", "examples/azure-ml-endpoint", "examples/gcp-endpoint", "examples/vertex-endpoint"]
}
JSON
node "$root/node_modules/.bin/tsc" -p tsconfig.cdktn.json --listFiles >files || {
  grep -v '^/' files
  exit 1
}
if grep -q "^$root/node_modules/cdktf/" files || ! grep -q "^$copy/node_modules/cdktf/" files; then
  echo "the types were taken from another cdktf" >&2
  exit 1
fi

echo "== stacks"
tsx=$root/node_modules/tsx/dist/cli.mjs
mkdir -p out/cdktf out/cdktn
for example in "${examples[@]}"; do
  (cd "$root" && CDKTF_OUTDIR="$copy/out/cdktf/$example" node "$tsx" "examples/$example/main.ts")
  CDKTF_OUTDIR="$copy/out/cdktn/$example" node "$tsx" "examples/$example/main.ts"
done
node - <<'JS'
const { deepStrictEqual } = require('node:assert');
const { readdirSync, readFileSync } = require('node:fs');
const files = (tool) =>
  readdirSync(`out/${tool}`, { recursive: true }).filter((file) => file.endsWith('cdk.tf.json')).sort();
const stack = (tool, file) => {
  const stack = JSON.parse(readFileSync(`out/${tool}/${file}`, 'utf8'));
  const { version } = stack['//'].metadata;
  delete stack['//'].metadata.version;
  return { version, stack };
};
if (files('cdktf').length === 0) throw new Error('no stack was made');
deepStrictEqual(files('cdktn'), files('cdktf'));
for (const file of files('cdktf')) {
  const [one, other] = [stack('cdktf', file), stack('cdktn', file)];
  deepStrictEqual(other.stack, one.stack);
  if (one.version === other.version) throw new Error(`${file}: both were made by ${one.version}`);
  console.log(`${file}: the same with ${one.version} and ${other.version}`);
}
JS
