/**
 * The flags that were given, as commands ask for them; and those of the cli itself.
 */
import type { FlagSpec, Flags, GivenFlag } from '../commands/command.js';

/** Flags that every command takes; `-no-x` is `-x=false`. */
export const globalFlags: readonly FlagSpec[] = [
  { name: 'color', help: 'colour the output, whatever it goes to' },
  { name: 'progress', help: 'show progress, also where there is no terminal' },
];

export function createFlags(given: readonly GivenFlag[], specs: readonly FlagSpec[]): Flags {
  const byName = new Map(specs.map((spec) => [spec.name, spec]));
  const values = (name: string) => {
    if (!byName.has(name)) throw new Error(`flag -${name} is not declared`);
    return given.filter((flag) => flag.name === name).map((flag) => flag.value);
  };
  return {
    has: (name) => values(name).length > 0,
    bool: (name) => (values(name).at(-1) ?? 'false') !== 'false',
    text(name) {
      const value = values(name).at(-1);
      const isBoolean = byName.get(name)?.value === undefined || byName.get(name)?.optionalValue === true;
      return isBoolean && (value === 'true' || value === 'false') ? undefined : value;
    },
    values,
    all: () => given,
  };
}
