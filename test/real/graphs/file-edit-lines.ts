/** Random command lines that edit go.mod and go.work by their flags, and those of workspaces. */
import type { Universe } from './graph-generator.js';

const releases = ['1.15', '1.16', '1.17', '1.20', '1.21', '1.21.0', '1.22.1', '1.24', '1.26', '1.26.0', '1.27', 'none'];

export function drawModEdit({ draw, modules }: Universe): string[] {
  const module = () => draw.pick(modules);
  const path = () => module().path;
  const pair = () => {
    const { path, versions } = module();
    return `${path}@${draw.pick(versions).version}`;
  };
  const version = () => draw.pick(module().versions).version;
  const flag = () =>
    draw.weighted<() => string>([
      [4, () => `-require=${pair()}`],
      [2, () => `-droprequire=${path()}`],
      [2, () => `-exclude=${pair()}`],
      [1, () => `-dropexclude=${pair()}`],
      [2, () => `-replace=${draw.chance(0.5) ? path() : pair()}=${pair()}`],
      [1, () => `-replace=${draw.chance(0.5) ? path() : pair()}=./${draw.pick(['x', 'local/none', 'sub'])}`],
      [1, () => `-dropreplace=${draw.chance(0.5) ? path() : pair()}`],
      [1, () => `-retract=${draw.pick(['v1.0.0', '[v1.0.0,v1.2.0]'])}`],
      [0.5, () => '-dropretract=v1.0.0'],
      [3, () => `-go=${draw.pick(releases)}`],
      [1, () => `-toolchain=${draw.pick(['go1.21.5', 'go1.26.2', 'none', 'default', 'go1.27.0'])}`],
      [1, () => `-tool=${path()}`],
      [0.5, () => `-droptool=${path()}`],
      [0.5, () => `-ignore=${draw.pick(['./x', 'y', 'sub'])}`],
      [0.5, () => '-dropignore=./x'],
      [0.5, () => `-godebug=${draw.pick(['panicnil=1', 'default=go1.21', 'nosuch=1'])}`],
      [0.3, () => '-dropgodebug=panicnil'],
      [0.3, () => `-module=${draw.pick(['example.com/main', 'example.com/renamed', path()])}`],
      [0.3, () => `-require=${path()}@${draw.pick(['main', 'v1', 'latest', version()])}`],
    ]);
  const flags = Array.from({ length: draw.int(1, 3) }, () => flag()());
  const print = draw.weighted<string[]>([
    [8, []],
    [1, ['-json']],
    [1, ['-print']],
    [0.5, ['-fmt']],
  ]);
  return ['mod', 'edit', ...flags, ...print];
}

export function drawWorkLine({ draw, modules }: Universe): string[] {
  const folder = () => draw.pick(['.', './second', 'third', 'b', './x', './none', 'second', './local']);
  return draw.weighted<() => string[]>([
    [5, () => ['work', 'sync']],
    [
      2,
      () => ['work', 'use', ...draw.some(['-r'], 0.5), ...draw.sample(['.', 'second', './third', 'b'], draw.int(0, 2))],
    ],
    [1, () => ['work', 'use', folder()]],
    [1, () => ['work', 'edit', '-json']],
    [1, () => ['work', 'edit', `-use=${folder()}`]],
    [1, () => ['work', 'edit', `-dropuse=${folder()}`]],
    [1, () => ['work', 'edit', `-replace=${draw.pick(modules).path}=${folder()}`]],
    [1, () => ['work', 'edit', `-go=${draw.pick(releases)}`, ...draw.some(['-print'], 0.3)]],
    [1, () => ['work', 'init', ...draw.some(['.', 'second', 'b'], 0.5)]],
    [1.5, () => ['work', 'vendor', ...draw.some(['-v', '-e'], 0.2)]],
  ])();
}
