#!/usr/bin/env bash
# Judges of the AWS target that are too slow for the tests: the real CLI, aws-cdk-lib's template validator with its
# default rules, cdk-nag as a plugin, and cfn-lint over every template. Needs cfn-lint (Python) on the PATH.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v cfn-lint >/dev/null || {
  echo "cfn-lint is missing. Install it with: pip install -r .ci/requirements.txt" >&2
  exit 1
}
[ -f runtime/dist/main.js ] || npm run build --silent

out=out/check-aws
rm -rf "$out"
unset CDK_VALIDATION
cdk() { node_modules/.bin/cdk "$@"; }

echo "== cdk synth: the example, with template validation and default rules"
cdk synth --quiet --strict --output "$out/example" -c @aws-cdk/core:validateAgainstDefaultRules=true

echo "== cdk synth: the example on SageMaker, likewise"
cdk synth --quiet --strict --output "$out/sagemaker" --app 'npx tsx examples/sagemaker-endpoint/main.ts' \
  -c @aws-cdk/core:validateAgainstDefaultRules=true

echo "== cdk synth: the canary, likewise"
cdk synth --quiet --strict --output "$out/canary" --app 'npx tsx examples/canary/main.ts' \
  -c @aws-cdk/core:validateAgainstDefaultRules=true

echo "== cdk synth: the example of a nightly job, likewise"
cdk synth --quiet --strict --output "$out/nightly" --app 'npx tsx examples/nightly-scoring/main.ts' \
  -c @aws-cdk/core:validateAgainstDefaultRules=true

echo "== cdk synth: every exposure and option, with cdk-nag AwsSolutions as well"
cdk synth --quiet --output "$out/judged" --app 'npx tsx test/aws/judged/main.ts' \
  -c @aws-cdk/core:validateAgainstDefaultRules=true

echo "== cfn-lint"
mapfile -t shifting < <(find "$out" -name 'Canary.template.json' -o -name 'Shifted.template.json' | sort)
mapfile -t templates < <(find "$out" -name '*.template.json' ! -name 'Canary.*' ! -name 'Shifted.*' | sort)
cfn-lint --include-checks W I --non-zero-exit-code warning -- "${templates[@]}"
# W3005: aws-cdk-lib makes services wait for rules, and functions for roles, that they refer to anyway.
cfn-lint --include-checks W I --ignore-checks W3005 --non-zero-exit-code warning -- "${shifting[@]}"
echo "$((${#templates[@]} + ${#shifting[@]})) templates without findings"
