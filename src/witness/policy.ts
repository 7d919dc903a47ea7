/**
 * Witness policies: which logs and witnesses are known, and how many of the witnesses make a tree head believed.
 * Spec: c2sp.org/tlog-policy. A name is a row of octets: it is kept as a string of one character an octet.
 */
import { decodeUtf8 } from '../encoding/utf8.js';
import { messageOf, TsgogetError } from '../errors.js';
import { type Cosigner, parseCosignerKey, parseKeyText } from '../note/index.js';

/** Larger policies are refused. */
export const maxPolicyBytes = 1 << 20;

/** A group of witnesses and groups, `least` of which must have cosigned. */
interface Group {
  readonly name: string;
  readonly least: number;
  readonly members: readonly string[];
}

/** A policy that has been read. */
export interface WitnessPolicy {
  /** The public keys of the logs that it is for, in base64 with their type; of any log when there are none. */
  readonly logs: ReadonlySet<string>;
  readonly witnesses: ReadonlyMap<string, Cosigner>;
  /** In the order of the file: each refers to earlier ones only. */
  readonly groups: readonly Group[];
  /** A witness, a group, or 'none'. */
  readonly quorum: string;
}

/** The predefined quorum that no witness is needed for; never a witness or group. */
const none = 'none';

/** Reads a policy; every line must be understood. Throws 'invalid-setting', which names the line. */
export function parseWitnessPolicy(bytes: Uint8Array): WitnessPolicy {
  if (bytes.length > maxPolicyBytes) throw invalid(`more than ${maxPolicyBytes} bytes`);
  const text = octets(bytes);
  if (!/^[\t\n\x20-\x7e\x80-\xff]*$/.test(text)) throw invalid('a control character');
  if (!text.endsWith('\n')) throw invalid('the last line has no newline');
  const reader = new PolicyReader();
  for (const [i, line] of text.slice(0, -1).split('\n').entries()) {
    const words = line.split(/[ \t]+/).filter((word) => word !== '');
    if (words.length === 0 || words[0]!.startsWith('#')) continue;
    try {
      reader.read(words);
    } catch (error) {
      throw invalid(`line ${i + 1}: ${messageOf(error)}`);
    }
  }
  return reader.end();
}

/**
 * Reports whether the witnesses that have cosigned, by their names in the policy, are a quorum.
 * Groups are seen in the order of the file, so that depth costs no stack.
 */
export function isQuorum({ groups, quorum }: WitnessPolicy, cosigned: Iterable<string>): boolean {
  const satisfied = new Set(cosigned);
  for (const { name, least, members } of groups) {
    if (members.filter((member) => satisfied.has(member)).length >= least) satisfied.add(name);
  }
  return quorum === none || satisfied.has(quorum);
}

class PolicyReader {
  readonly #logs = new Set<string>();
  readonly #witnesses = new Map<string, Cosigner>();
  readonly #witnessKeys = new Set<string>();
  readonly #groups = new Map<string, Group>();
  readonly #members = new Set<string>();
  #quorum: string | undefined;

  read([keyword, ...args]: readonly string[]): void {
    if (keyword === 'log') this.#log(args);
    else if (keyword === 'witness') this.#witness(args);
    else if (keyword === 'group') this.#group(args);
    else if (keyword === 'quorum') this.#setQuorum(args);
    else throw new Error(`${shown(keyword!)} is none of log, witness, group, quorum`);
  }

  end(): WitnessPolicy {
    if (this.#quorum === undefined) throw invalid('no quorum line');
    return {
      logs: this.#logs,
      witnesses: this.#witnesses,
      groups: [...this.#groups.values()],
      quorum: this.#quorum,
    };
  }

  #log(args: readonly string[]): void {
    requireFields(args, 1, 2);
    const { algorithm, key } = parseKeyText(keyText(args[0]!));
    addNew(this.#logs, logKey(algorithm, key), 'the key of another log');
  }

  #witness(args: readonly string[]): void {
    requireFields(args, 2, 3);
    const [name, key] = args as [string, string];
    this.#requireNewName(name);
    const cosigner = parseCosignerKey(keyText(key));
    addNew(this.#witnessKeys, String(cosigner.publicKey), 'the key of another witness');
    this.#witnesses.set(name, cosigner);
  }

  #group([name, k, ...members]: readonly string[]): void {
    if (members.length === 0) throw new Error('a group without members');
    this.#requireNewName(name!);
    for (const member of members) {
      this.#requireKnown(member);
      addNew(this.#members, member, `${shown(member)} is a member already`);
    }
    this.#groups.set(name!, { name: name!, least: threshold(k!, members.length), members });
  }

  #setQuorum(args: readonly string[]): void {
    requireFields(args, 1, 1);
    if (this.#quorum !== undefined) throw new Error('a second quorum line');
    if (args[0] !== none) this.#requireKnown(args[0]!);
    this.#quorum = args[0]!;
  }

  #isKnown(name: string): boolean {
    return this.#witnesses.has(name) || this.#groups.has(name);
  }

  #requireKnown(name: string): void {
    if (!this.#isKnown(name)) throw new Error(`${shown(name)} is not defined on an earlier line`);
  }

  #requireNewName(name: string): void {
    if (name === none || this.#isKnown(name)) throw new Error(`${shown(name)} is defined already`);
  }
}

/** A public key with its type, as `WitnessPolicy.logs` holds it. */
export function logKey(algorithm: number, key: Uint8Array): string {
  return [algorithm, ...key].join(' ');
}

function threshold(k: string, count: number): number {
  if (k === 'any') return 1;
  if (k === 'all') return count;
  const least = /^[1-9][0-9]{0,8}$/.test(k) ? Number(k) : 0;
  if (least < 1 || least > count) throw new Error(`${shown(k)} of ${count} members`);
  return least;
}

function requireFields(args: readonly string[], least: number, most: number): void {
  if (args.length < least || args.length > most) throw new Error(`wrong number of fields ${args.length + 1}`);
}

function addNew(set: Set<string>, value: string, complaint: string): void {
  if (set.has(value)) throw new Error(complaint);
  set.add(value);
}

/** Bytes as a string of one character each. */
function octets(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return text;
}

const bytesOf = (octets: string) => Uint8Array.from(octets, (c) => c.charCodeAt(0));

/** Key names are UTF-8. */
function keyText(octets: string): string {
  const text = decodeUtf8(bytesOf(octets));
  if (text === undefined) throw new Error('malformed verifier id');
  return text;
}

const shown = (octets: string) => JSON.stringify(decodeUtf8(bytesOf(octets)) ?? octets);

const invalid = (message: string) => new TsgogetError('invalid-setting', `invalid witness policy: ${message}`);
