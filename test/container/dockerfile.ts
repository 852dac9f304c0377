/** One instruction of a Dockerfile: `RUN`, `COPY`, ... and what follows it, on one line. */
export interface Instruction {
  readonly keyword: string;
  readonly rest: string;
}

export interface Stage {
  readonly name: string;
  readonly instructions: readonly Instruction[];
}

/** Reads a Dockerfile without heredocs and parser directives. Instructions before the first FROM come as stage ''. */
export function readDockerfile(text: string): Stage[] {
  const stages: { name: string; instructions: Instruction[] }[] = [{ name: '', instructions: [] }];
  for (const { keyword, rest } of readInstructions(text)) {
    if (keyword === 'FROM') {
      stages.push({ name: /\sAS\s+(\S+)/i.exec(rest)?.[1] ?? `stage-${stages.length}`, instructions: [] });
    }
    stages.at(-1)!.instructions.push({ keyword, rest });
  }
  return stages;
}

function readInstructions(text: string): Instruction[] {
  // Comment lines vanish even between continued lines, as in docker.
  const lines = text.split('\n').filter((line) => !/^\s*#/.test(line));
  const joined = lines.join('\n').replace(/\\\n/g, ' ');
  return joined
    .split('\n')
    .map((line) => /^\s*([A-Za-z]+)\s+(.*)$/.exec(line))
    .filter((match) => match !== null)
    .map(([, keyword, rest]) => ({ keyword: keyword!.toUpperCase(), rest: rest!.trim() }));
}

/** `KEY=value KEY="quoted value"` of ARG, ENV and LABEL. */
export function readPairs(rest: string): [name: string, value: string][] {
  const pairs = rest.matchAll(/([\w.]+)=("(?:[^"\\]|\\.)*"|\S*)/g);
  return [...pairs].map(([, name, value]) => [name!, value!.replace(/^"|"$/g, '')]);
}

/** Patterns of a .dockerignore, translated for what this project uses: `*`, `**`, `!`; the last match decides. */
export function ignores(dockerignore: string): (file: string) => boolean {
  const rules = dockerignore
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ keep: line.startsWith('!'), pattern: toRegExp(line.replace(/^!/, '')) }));
  return (file) =>
    rules.reduce((ignored, { keep, pattern }) => (pattern.test(file) ? !keep : ignored), false);
}

function toRegExp(pattern: string): RegExp {
  const body = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*\*\//g, '\0')
    .replace(/\*/g, '[^/]*')
    .replace(/\0/g, '(?:.*/)?');
  // A pattern that matches a directory matches everything in it.
  return new RegExp(`^${body}(?:/.*)?$`);
}
