/**
 * The values of a template: JavaScript data that says which Go values it stands for.
 * string, boolean, integer and bigint (int), other numbers (float64), arrays (slices), Maps (map[string]…), functions,
 * null (a nil interface), undefined (no value), and the classes below.
 */
import { compareBytes } from '../encoding/compare-bytes.js';

export type GoValue =
  | undefined
  | null
  | string
  | boolean
  | bigint
  | GoFloat
  | GoEnum
  | GoStruct
  | GoNil
  | GoFunction
  | readonly unknown[]
  | ReadonlyMap<string, unknown>;

/** The type of a parameter. 'value' takes anything and tells no value from nil. */
export type GoType = 'any' | 'value' | 'string' | 'bool' | 'int' | 'float64' | '[]string' | 'time.Time';

/** A function or method. Integers are passed to `call` as numbers where they fit, floats as numbers. It may throw. */
export interface GoFunction {
  readonly params: readonly GoType[];
  /** The last parameter takes any number of arguments. */
  readonly variadic?: boolean;
  readonly call: (...args: never[]) => unknown;
}

/** A plain function stands for one that takes as many arguments, of any type. */
export type TemplateFunction = GoFunction | ((...args: never[]) => unknown);

/** A float64. */
export class GoFloat {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** An integer of a type that has a String method, such as time.Month. */
export class GoEnum {
  readonly typeName: string;
  readonly value: bigint;
  readonly text: string;

  constructor(typeName: string, value: number, text: string) {
    this.typeName = typeName;
    this.value = BigInt(value);
    this.text = text;
  }
}

export interface GoStructOptions {
  /** Methods of the pointer. `String` and `Error` also say how the struct is printed. */
  readonly methods?: Readonly<Record<string, TemplateFunction>>;
  /** The struct itself and not a pointer to it. */
  readonly byValue?: boolean;
}

/** A pointer to a struct, as nearly all data of the go command is, or the struct itself. */
export class GoStruct {
  readonly typeName: string;
  readonly fields: ReadonlyMap<string, unknown>;
  readonly methods: ReadonlyMap<string, TemplateFunction>;
  readonly isPointer: boolean;

  /** `typeName` is without star: 'modinfo.ModulePublic'. The fields are in the order of their declaration. */
  constructor(typeName: string, fields: Iterable<readonly [string, unknown]>, options: GoStructOptions = {}) {
    this.typeName = typeName;
    this.fields = new Map(fields);
    this.methods = new Map(Object.entries(options.methods ?? {}));
    this.isPointer = !(options.byValue ?? false);
  }

  /** The struct that this points to. */
  get pointed(): GoStruct {
    const { typeName, fields, methods } = this;
    return new GoStruct(typeName, fields, { methods: Object.fromEntries(methods), byValue: true });
  }
}

export interface GoNilOptions {
  /** The fields of the struct: a message about another one says that there is no such field. */
  readonly fields?: Iterable<string>;
  /** The methods, by name, with what the go command says when they are called on nil. */
  readonly methods?: Readonly<Record<string, string>>;
}

/** A nil pointer to a struct. */
export class GoNil {
  readonly typeName: string;
  readonly fields: ReadonlySet<string> | undefined;
  readonly methods: ReadonlyMap<string, string>;

  constructor(typeName: string, options: GoNilOptions = {}) {
    this.typeName = typeName;
    this.fields = options.fields && new Set(options.fields);
    this.methods = new Map(Object.entries(options.methods ?? {}));
  }
}

/** The Go value that data stands for. Plain objects are maps. */
export function toGo(data: unknown): GoValue {
  switch (typeof data) {
    case 'number':
      return Number.isSafeInteger(data) && !Object.is(data, -0) ? BigInt(data) : new GoFloat(data);
    case 'function':
      return { params: new Array<GoType>(data.length).fill('any'), call: data as GoFunction['call'] };
    case 'symbol':
      return String(data);
    case 'object':
      if (data === null || Array.isArray(data) || data instanceof Map || isTyped(data) || isFunction(data)) return data;
      return new Map(Object.entries(data));
    default:
      return data as GoValue;
  }
}

/** What a function of the caller gets. */
export function fromGo(value: GoValue): unknown {
  if (value instanceof GoFloat) return value.value;
  const number = Number(value);
  return typeof value === 'bigint' && Number.isSafeInteger(number) ? number : value;
}

const isTyped = (data: object): data is GoFloat | GoEnum | GoStruct | GoNil =>
  data instanceof GoFloat || data instanceof GoEnum || data instanceof GoStruct || data instanceof GoNil;

export const isSlice = (value: unknown): value is readonly unknown[] => Array.isArray(value);

export function isFunction(value: unknown): value is GoFunction {
  return typeof value === 'object' && value !== null && 'call' in value && 'params' in value && !isTyped(value);
}

/** The integer that a value is; undefined when it is none. */
export function intOf(value: GoValue): bigint | undefined {
  if (typeof value === 'bigint') return value;
  return value instanceof GoEnum ? value.value : undefined;
}

/** The name of the type, as `%T` prints it. */
export function typeName(value: GoValue): string {
  if (value === null || value === undefined) return '<nil>';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'bigint') return 'int';
  if (value instanceof GoFloat) return 'float64';
  if (value instanceof GoEnum) return value.typeName;
  if (value instanceof GoNil) return `*${value.typeName}`;
  if (value instanceof GoStruct) return value.isPointer ? `*${value.typeName}` : value.typeName;
  if (isSlice(value)) return `[]${elementType(value[0])}`;
  if (value instanceof Map) return `map[string]${elementType(value.values().next().value)}`;
  return 'func()';
}

const elementType = (first: unknown) => (first === undefined || first === null ? 'string' : typeName(toGo(first)));

/** What stands for a key that a map does not have. */
export function zeroOfElement(map: ReadonlyMap<string, unknown>): GoValue {
  const first = toGo(map.values().next().value);
  if (first === undefined || typeof first === 'string') return '';
  if (typeof first === 'boolean') return false;
  if (typeof first === 'bigint') return 0n;
  if (first instanceof GoFloat) return new GoFloat(0);
  if (isSlice(first)) return [];
  return first instanceof GoStruct && first.isPointer ? new GoNil(first.typeName) : null;
}

/** The members of a map in the order in which Go prints and ranges. */
export function sortedEntries(map: ReadonlyMap<string, unknown>): [string, unknown][] {
  return [...map].sort(([a], [b]) => compareBytes(a, b));
}

/** What a pointer leads to; a nil pointer and all else is itself. */
export function indirect(value: GoValue): GoValue {
  return value instanceof GoStruct && value.isPointer ? value.pointed : value;
}

export const isNil = (value: GoValue) => value === null || value === undefined || value instanceof GoNil;

/** What `if`, `and`, `or` and `not` take for true. */
export function isTrue(value: GoValue): boolean {
  if (isNil(value)) return false;
  if (typeof value === 'string') return value !== '';
  if (typeof value === 'boolean') return value;
  if (value instanceof GoFloat) return value.value !== 0;
  if (isSlice(value)) return value.length > 0;
  if (value instanceof Map) return value.size > 0;
  return intOf(value) !== 0n;
}
