// aws-cdk-lib runs a WebAssembly template validator on every synth: 3 s become 27 s. The slower suites turn it on.
process.env.CDK_VALIDATION ??= 'false';
